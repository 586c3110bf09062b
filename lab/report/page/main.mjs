/** Puts the page together: one view of time, two canvases that draw it, and the links between evidence and timeline. */
import { indexOperations } from './index-operations.mjs';
import { createLayout, gutter } from './layout.mjs';
import { createOverview } from './overview.mjs';
import { createPainter } from './painter.mjs';
import { createTip, watchKeys, watchPointer } from './pointing.mjs';
import { createTheme } from './theme.mjs';
import { createView } from './view.mjs';

const find = (id) => document.getElementById(id);
const data = JSON.parse(find('run-data').textContent);
const { operations } = data;
const index = indexOperations(operations, data.lanes);
const layout = createLayout(data);
const theme = createTheme();
/** What is emphasised: operations and history lines of one piece of evidence, one key, one step. */
const state = { lit: new Set(), lines: new Set(), key: undefined, fault: undefined };

let drawn;
const redraw = () => {
  drawn ??= requestAnimationFrame(() => {
    drawn = undefined;
    painter.draw();
    overview.draw();
    find('span').textContent =
      `${((view.to - view.from) / 1e6).toFixed(view.to - view.from < 1e6 ? 4 : 2)} s of ${(view.whole / 1e6).toFixed(1)} s`;
  });
};
const view = createView(data.endUs, redraw);
const parts = { data, layout, index, view, state, theme: theme.colours };
const painter = createPainter({ ...parts, canvas: find('timeline') });
const overview = createOverview({ ...parts, canvas: find('overview') });

const seconds = (us) => `${(us / 1e6).toFixed(4)} s`;
const kinds = ['ok', 'refused', 'unknown'];

/** Lines about the thing at this place of the canvas, or undefined. */
function describe(x, y) {
  const us = painter.us(x);
  if (x < gutter) return undefined;
  const within = (track) => y >= track.top && y < track.bottom;
  if (within(layout.lanes)) {
    const lane = Math.floor((y - layout.lanes.top) / layout.laneHeight);
    const at = index.nearest(lane, us, painter.usPerPixel() * 4);
    return at === undefined ? undefined : describeOperation(at);
  }
  if (within(layout.faults)) {
    const row = Math.floor((y - layout.faults.top) / 20);
    const fault = data.faults.find(({ row: its, times }) => its === row && us >= times[0] && us <= times[3]);
    return (
      fault && [
        fault.label,
        `step ${fault.step}`,
        `in force ${seconds(fault.times[1])} to ${seconds(fault.times[2])}`,
      ]
    );
  }
  if (within(layout.nodes)) {
    const node = Math.floor((y - layout.nodes.top) / 22);
    const band = data.bands[node].findLast(([, , from, to]) => us >= from && us <= to);
    if (band === undefined) return [data.nodes[node], 'did not answer'];
    const [role, term, from, to] = band;
    return [
      `${data.nodes[node]}: ${role}`,
      ...(term > 0 ? [`term ${term}`] : []),
      `${seconds(from)} to ${seconds(to)}`,
    ];
  }
  if (within(layout.phases)) {
    const phase = data.phases.find(([, from, to]) => us >= from && us <= to);
    return phase && [`phase ${phase[0]}`, `${seconds(phase[1])} to ${seconds(phase[2])}`];
  }
  return undefined;
}

function describeOperation(at) {
  const from = operations.from[at];
  const error = operations.error[at];
  return [
    operations.call[at],
    `process ${operations.process[at]} at ${data.nodes[operations.node[at]]}`,
    `${kinds[operations.outcome[at]]}${error === '' ? '' : `: ${error}`}`,
    `${seconds(from)} to ${seconds(index.to(at))}, ${(operations.length[at] / 1e3).toFixed(2)} ms`,
    `history lines ${operations.line[at] + 1}${operations.endLine[at] < 0 ? '' : ` and ${operations.endLine[at] + 1}`}`,
  ];
}

/** Brings the lines of one piece of evidence in sight, and dims the rest. */
function showEvidence(lines) {
  state.lines = new Set(lines);
  state.lit = new Set(lines.flatMap((line) => index.byLine.get(line) ?? []));
  const marks = data.marks.filter(([line]) => state.lines.has(line));
  const from = [...[...state.lit].map((at) => operations.from[at]), ...marks.map(([, at]) => at)];
  const to = [...[...state.lit].map((at) => index.to(at)), ...marks.map(([, at]) => at)];
  if (from.length === 0) return;
  const [least, most] = [Math.min(...from), Math.max(...to)];
  const margin = Math.max(2_000, (most - least) * 0.12);
  chooseKey('');
  view.show(least - margin, most + margin);
  find('forget').hidden = false;
  find('timeline-section').scrollIntoView({ behavior: 'smooth', block: 'start' });
}

function chooseKey(value) {
  find('key').value = value;
  state.key = value === '' ? undefined : Number(value);
  redraw();
}

const tip = createTip(find('tip'));
watchPointer({ canvas: find('timeline'), tip, painter, view, find: describe });
const actions = watchKeys(find('timeline'), view);
find('zoom-in').addEventListener('click', actions.in);
find('zoom-out').addEventListener('click', actions.out);
find('zoom-all').addEventListener('click', actions.all);
find('key').addEventListener('change', (event) => chooseKey(event.target.value));
find('forget').addEventListener('click', () => {
  state.lit = new Set();
  state.lines = new Set();
  state.fault = undefined;
  find('forget').hidden = true;
  redraw();
});
for (const [at, key] of data.keys.entries()) find('key').append(new Option(`key ${key}`, String(at)));
for (const button of document.querySelectorAll('[data-lines]'))
  button.addEventListener('click', () => showEvidence(JSON.parse(button.dataset.lines)));
for (const button of document.querySelectorAll('[data-step]'))
  button.addEventListener('click', () => {
    const fault = data.faults.find(({ step }) => step === button.dataset.step);
    if (fault === undefined) return;
    state.fault = fault.step;
    find('forget').hidden = false;
    const [from, , , to] = fault.times;
    view.show(from - (to - from) * 0.3, to + (to - from) * 0.3);
    find('timeline-section').scrollIntoView({ behavior: 'smooth', block: 'start' });
  });
find('theme').addEventListener('click', () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark';
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  theme.forget();
  redraw();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  theme.forget();
  redraw();
});

const fit = () => {
  painter.resize();
  overview.resize();
  redraw();
};
addEventListener('resize', fit);
fit();
