/** `report.html`: one file that needs no network. Verdict first, then every property with its evidence, the timeline, and the numbers. */
import type { Evidence, NotJudged, PropertyResult, Run } from '../verdict/property.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { escaped, scriptJson } from './escape.ts';
import { headline } from './headline.ts';
import { pageCss, pageScript } from './page-files.ts';
import { renderPicture } from './picture.ts';
import { promiseOf } from './promises.ts';
import type { Results } from './results.ts';
import type { RunInfo } from './run-info.ts';
import { coverageTable, faultTable, latencyTable, planDetails } from './tables.ts';
import { timelineData } from './timeline-data.ts';

/** Pictures take room: the first few violations have one. */
const picturesMax = 4;

export function renderHtml(judgement: Judgement, run: Run, results: Results, info: RunInfo): string {
  const timeline = timelineData(run, judgement.properties);
  const having = (verdict: PropertyResult['verdict']): readonly PropertyResult[] =>
    judgement.properties.filter((property) => property.verdict === verdict);
  const unheard = [...having('fail'), ...having('undecided')];
  let pictures = 0;
  const picture = (evidence: Evidence): string => {
    const svg = pictures < picturesMax ? renderPicture(run, evidence) : undefined;
    if (svg === undefined) return '';
    pictures += 1;
    return svg;
  };
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${results.verdict}: ${escaped(info.runId)}</title>`,
    `<style>${pageCss}</style>`,
    '</head>',
    '<body>',
    pageHeader(judgement, results, info),
    '<main>',
    ...(unheard.length > 0
      ? [`<h2>${having('fail').length > 0 ? 'What went wrong' : 'What is not decided'}</h2>`]
      : []),
    ...unheard.map((property) => propertyCard(property, property.verdict === 'fail' ? picture : () => '')),
    `<h2>${unheard.length > 0 ? 'What held' : 'Every property'}</h2>`,
    '<div class="quiet">',
    ...having('pass').map((property) => propertyCard(property, () => '')),
    ...judgement.notJudged.map(idleCard),
    '</div>',
    '</main>',
    timelineSection,
    '<main>',
    '<div class="tables">',
    latencyTable(results),
    coverageTable(results),
    '</div>',
    faultTable(timeline),
    planDetails(run.plan),
    footer(info),
    '</main>',
    '<div id="tip" hidden></div>',
    `<script type="application/json" id="run-data">${scriptJson(timeline)}</script>`,
    `<script type="module">${pageScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function pageHeader(judgement: Judgement, results: Results, info: RunInfo): string {
  const { operations, okPerSecond, cluster, seed, nodes, node } = results;
  const facts: [string, string][] = [
    [
      'cluster',
      `${nodes} nodes in ${cluster === 'docker' ? 'containers' : cluster === 'sim' ? 'the simulator' : 'processes'}`,
    ],
    ['node', node],
    ['seed', String(seed)],
    ['operations', `${operations.ok} ok, ${operations.fail} refused, ${operations.info} unknown`],
    ['rate', `${okPerSecond} ok a second`],
    ['run', `${(results.durationsMs.run / 1_000).toFixed(1)} s, checked in ${results.durationsMs.check} ms`],
  ];
  return [
    `<header class="${results.verdict}"><div>`,
    `<div class="topline"><h1>${results.verdict}</h1><p>${escaped(headline(judgement))}</p><button id="theme" title="light or dark">◐</button></div>`,
    `<ul class="facts">${facts.map(([name, value]) => `<li><span>${name}</span><b>${escaped(value)}</b></li>`).join('')}</ul>`,
    ...(info.notes ?? []).map((note) => `<p class="notes">${escaped(note)}</p>`),
    '</div></header>',
  ].join('\n');
}

const words: Readonly<Record<PropertyResult['verdict'], string>> = {
  pass: '✓ holds',
  fail: '✗ broken',
  undecided: '? undecided',
};

function propertyCard(property: PropertyResult, picture: (evidence: Evidence) => string): string {
  const { name, verdict, evidence } = property;
  return [
    `<section class="property ${verdict}" id="${escaped(name)}">`,
    `<div class="head"><span class="name">${escaped(name)}</span><span class="word">${words[verdict]}</span><span class="promise">${escaped(promiseOf(name))}</span></div>`,
    ...evidence.map((one) => evidenceBlock(one, picture(one), verdict !== 'pass')),
    '</section>',
  ].join('\n');
}

function evidenceBlock(
  { summary, events, details = [] }: Evidence,
  picture: string,
  linked: boolean,
): string {
  const button =
    events.length === 0 || !linked
      ? ''
      : `<button data-lines="${escaped(JSON.stringify(events))}">Show on the timeline</button>`;
  return [
    '<div class="evidence">',
    `<p>${escaped(summary)}</p>`,
    picture,
    detailsBlock(details, picture !== ''),
    button,
    '</div>',
  ].join('\n');
}

/** Beside a picture the same in text is for copying. */
function detailsBlock(details: readonly string[], pictured: boolean): string {
  if (details.length === 0) return '';
  const text = `<pre>${details.map(escaped).join('\n')}</pre>`;
  return pictured ? `<details><summary>as text</summary>${text}</details>` : text;
}

function idleCard({ name, notJudged }: NotJudged): string {
  return [
    `<section class="property idle" id="${escaped(name)}">`,
    `<div class="head"><span class="name">${escaped(name)}</span><span class="word">– not judged</span><span class="promise">${escaped(notJudged)}</span></div>`,
    '</section>',
  ].join('\n');
}

const swatches: readonly (readonly [name: string, colour: string])[] = [
  ['read', 'read'],
  ['write', 'write'],
  ['compare-and-set', 'cas'],
  ['refused', 'fail'],
  ['unknown', 'info'],
  ['fault', 'fault'],
  ['candidate', 'candidate'],
  ['node down', 'down'],
  ['paused', 'paused'],
  ['the lab stood still', 'lag-veil'],
];

const timelineSection = [
  '<main id="timeline-section">',
  '<h2>Timeline</h2>',
  '<div class="toolbar">',
  '<button id="zoom-in" title="zoom in (+)">+</button><button id="zoom-out" title="zoom out (−)">−</button><button id="zoom-all" title="the whole run (0)">whole run</button>',
  '<select id="key" title="emphasise one key"><option value="">all keys</option></select>',
  '<button id="forget" hidden>forget the evidence</button>',
  '<span id="span" class="mono"></span>',
  '<span class="hint">drag moves · Ctrl + wheel or double-click zooms · drag over the strip chooses · keys + − 0 ← →</span>',
  '</div>',
  '<div class="stage"><canvas id="overview"></canvas><canvas id="timeline" tabindex="0" aria-label="timeline of the run"></canvas></div>',
  `<div class="legend">${swatches.map(([name, colour]) => `<span><i style="--swatch:var(--${colour})"></i>${name}</span>`).join('')}</div>`,
  '</main>',
].join('\n');

function footer(info: RunInfo): string {
  const again = [`raft-lab check ${info.directory}`, ...(info.replay === undefined ? [] : [info.replay])];
  return `<footer>${again.map((command) => `<code>${escaped(command)}</code>`).join(' · ')}</footer>`;
}
