/**
 * The page's script, as text because it runs in a browser and nothing else here does. It draws only what is in view: operations are sorted
 * by call, and where several fall on one pixel of a lane they become one.
 */
export const viewerScript = String.raw`
const data = JSON.parse(document.getElementById('data').textContent);
const canvas = document.getElementById('lanes');
const context = canvas.getContext('2d');
const tip = document.getElementById('tip');
const [ID, PROCESS, CALL, RETURN, OUTCOME, TEXT] = [0, 1, 2, 3, 4, 5];
const laneHeight = 26, labelWidth = 110, axisHeight = 24;
const color = { 0: '#3e7bd6', 1: '#b07d00', 2: '#8b8d98', core: '#e5484d', support: '#8e4ec6' };
// One tint for each row of annotations.
const tints = ['#f5d90a', '#12a594', '#ab4aba', '#f76b15'];

const operations = data.operations.toSorted((a, b) => a[CALL] - b[CALL]);
let end = 1;
for (const each of operations) end = Math.max(end, each[CALL], each[RETURN]);
for (const each of data.annotations) end = Math.max(end, each.to);
const byId = new Map(operations.map((each) => [each[ID], each]));
const rows = [...new Set(data.annotations.map(({ row }) => row))];

// A process that ended with an unknown outcome is followed by another under a new number: lanes are reused once they are free.
const laneOf = new Map();
const lanes = [];
const lastEnd = new Map();
for (const each of operations) lastEnd.set(each[PROCESS], Math.max(each[CALL], each[RETURN]));
for (const each of operations) {
  if (!laneOf.has(each[PROCESS])) {
    let lane = lanes.findIndex(({ freeAfter }) => freeAfter < each[CALL]);
    if (lane < 0) lane = lanes.push({ operations: [] }) - 1;
    lanes[lane].freeAfter = lastEnd.get(each[PROCESS]);
    laneOf.set(each[PROCESS], lane);
  }
  lanes[laneOf.get(each[PROCESS])].operations.push(each);
}

// Taking effect as early as the order allows: at the latest call so far. A place in the order, and the position.
const effects = new Map();
for (const { order } of data.partitions) {
  let position = -Infinity;
  for (const [place, id] of order.entries()) {
    position = Math.max(position, byId.get(id)?.[CALL] ?? position);
    effects.set(id, { place: place + 1, position });
  }
}

const illegal = data.partitions.filter(({ verdict }) => verdict === 'illegal');
let shown = illegal[0];
let from = 0, to = end * 1.02, scroll = 0;
let core = new Set(), support = new Set(), bounding = new Set();

const select = document.getElementById('partition');
select.hidden = illegal.length < 2;
for (const each of illegal) select.add(new Option(each.anomaly + (each.key ? ' on ' + each.key : '')));
select.onchange = () => show(illegal[select.selectedIndex]);
document.getElementById('core').hidden = illegal.length === 0;
document.getElementById('core').onclick = zoomToCore;
document.getElementById('all').onclick = () => { from = 0; to = end * 1.02; scroll = 0; draw(); };

function show(partition) {
  shown = partition;
  core = new Set(partition?.core);
  support = new Set(partition?.support);
  bounding = new Set(partition?.bounding);
  document.getElementById('sentence').textContent = partition
    ? partition.anomaly + ': ' + partition.sentence
    : data.reason || operations.length + ' operations, ' + data.partitions.length + ' partitions: an order explains every answer.';
  if (partition) zoomToCore(); else draw();
}

function zoomToCore() {
  const named = [...core].map((id) => byId.get(id)).filter(Boolean);
  if (named.length === 0) return;
  const first = Math.min(...named.map((each) => each[CALL]));
  const last = Math.max(...named.map((each) => (each[RETURN] < 0 ? each[CALL] : each[RETURN])));
  const margin = Math.max((last - first) * 0.15, 2);
  from = first - margin;
  to = last + margin;
  const tops = named.map((each) => laneTop(laneOf.get(each[PROCESS])) + scroll);
  scroll = Math.max(0, Math.min(...tops) - axisHeight - laneHeight * (rows.length + 1));
  draw();
}

function laneTop(lane) { return axisHeight + (rows.length + lane) * laneHeight - scroll; }
/** Rows of annotations stay in place, whatever lanes are in view. */
function rowTop(row) { return axisHeight + row * laneHeight; }
function x(position) { return labelWidth + ((position - from) / (to - from)) * (canvas.clientWidth - labelWidth); }
function positionAt(pixel) { return from + ((pixel - labelWidth) / (canvas.clientWidth - labelWidth)) * (to - from); }

/** An operation that was never answered is drawn as long as most are, within limits, so that from afar it hides no other. */
const openWidth = 14;
const typical = (end * lanes.length) / Math.max(1, operations.length);
function widthOf(each) {
  return each[RETURN] < 0 ? Math.max(1.5, Math.min(openWidth, x(typical) - x(0))) : Math.max(1.5, x(each[RETURN]) - x(each[CALL]));
}

function paint(each) { return core.has(each[ID]) ? color.core : support.has(each[ID]) ? color.support : color[each[OUTCOME]]; }

/** The first operation of a lane that may reach into view; operations of one process follow one another. */
function firstInView(list) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle][CALL] < from) low = middle + 1; else high = middle;
  }
  return Math.max(0, low - 1);
}

function draw() {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(document.documentElement);
  const [ink, quiet, line, paper] = ['--ink', '--quiet', '--line', '--paper'].map((name) => style.getPropertyValue(name));
  context.clearRect(0, 0, width, height);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';

  for (const { row, label, from: begins, to: ends } of data.annotations) {
    const left = Math.max(labelWidth, x(begins)), right = x(ends);
    if (right < labelWidth || left > width) continue;
    const place = rows.indexOf(row), top = rowTop(place);
    const tint = tints[place % tints.length];
    context.fillStyle = tint + '66';
    context.fillRect(left, top + 2, Math.max(1, right - left - 1), laneHeight - 4);
    // What it lasted is to be seen in the lanes, and what they hold too.
    context.fillStyle = tint + '10';
    context.fillRect(left, top, Math.max(1, right - left), height);
    context.fillStyle = tint;
    for (const edge of [x(begins), right]) if (edge > labelWidth) context.fillRect(edge, top, 1, height);
    context.fillStyle = ink;
    clipped(label, left + 5, top + laneHeight / 2, right - left - 8);
  }
  for (const [lane, { operations: list }] of lanes.entries()) {
    const top = laneTop(lane);
    if (top > height || top + laneHeight < 0) continue;
    context.fillStyle = line;
    context.fillRect(labelWidth, top + laneHeight - 1, width, 1);
    let covered = -1;
    const late = [];
    for (let index = firstInView(list); index < list.length && list[index][CALL] <= to; index++) {
      const each = list[index];
      if (core.has(each[ID]) || support.has(each[ID])) { late.push(each); continue; }
      const right = x(each[CALL]) + widthOf(each);
      if (right < covered) continue;
      bar(each, top, paper);
      covered = Math.max(covered, Math.ceil(right));
    }
    for (const each of late) bar(each, top, paper);
  }
  if (shown) {
    const named = [...bounding].map((id) => byId.get(id)).filter((each) => each && each[RETURN] >= 0);
    const last = shown.until >= 0 ? shown.until : Math.max(...named.map((each) => each[RETURN]));
    if (shown.until >= 0 || named.length > 0) {
      // Whatever comes later no longer counts.
      context.fillStyle = paper === '#fff' ? '#ffffffa0' : '#151718a0';
      context.fillRect(x(last), rowTop(rows.length), width, height);
      context.fillStyle = color.core;
      context.fillRect(x(last) - 1, axisHeight, 2, height);
      const text = 'from here on no order exists';
      const space = context.measureText(text).width + 8;
      context.fillText(text, x(last) + (x(last) + space > width ? -space : 4), height - 10);
    }
  }

  for (const each of [...core].map((id) => byId.get(id)).filter(Boolean)) callOut(each, paper);

  context.fillStyle = paper;
  context.fillRect(0, 0, labelWidth, height);
  context.fillRect(0, 0, width, axisHeight);
  context.fillStyle = quiet;
  for (const [lane, { operations: list }] of lanes.entries()) {
    const top = laneTop(lane);
    if (top < rowTop(rows.length) - laneHeight / 2 || top > height) continue;
    const inView = list[Math.min(list.length - 1, firstInView(list) + 1)];
    clipped('process ' + inView[PROCESS], 8, top + laneHeight / 2, labelWidth - 12);
  }
  for (const [row, name] of rows.entries()) {
    context.fillStyle = paper;
    context.fillRect(0, rowTop(row), labelWidth, laneHeight);
    context.fillStyle = quiet;
    clipped(name, 8, rowTop(row) + laneHeight / 2, labelWidth - 12);
  }
  context.fillStyle = quiet;
  const step = 10 ** Math.floor(Math.log10((to - from) / 4));
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step * (to - from > step * 12 ? 5 : 1)) {
    if (x(tick) < labelWidth) continue;
    context.fillText(String(+tick.toPrecision(12)), x(tick) + 3, 12);
    context.fillRect(x(tick), 0, 1, axisHeight);
  }
}

function bar(each, top, paper) {
  const left = x(each[CALL]);
  const open = each[RETURN] < 0;
  const width = widthOf(each);
  const visibleLeft = Math.max(left, labelWidth);
  if (left + width < labelWidth) return;
  context.fillStyle = paint(each);
  context.fillRect(visibleLeft, top + 3, left + width - visibleLeft, laneHeight - 7);
  if (open && width === openWidth) {
    // Never answered: it fades out instead of ending.
    for (let part = 0; part < 3; part++) context.fillRect(left + width + 3 + part * 6, top + 3, 3, laneHeight - 7);
  }
  if (bounding.has(each[ID])) {
    context.strokeStyle = paper === '#fff' ? '#000' : '#888';
    context.lineWidth = 2;
    context.strokeRect(left, top + 3, width, laneHeight - 7);
  }
  const effect = effects.get(each[ID]);
  if (effect !== undefined && width > 12) {
    context.fillStyle = '#fff';
    context.fillRect(Math.max(visibleLeft, x(effect.position)) - 1, top + 3, 2, laneHeight - 7);
  }
  if (width > 24) {
    context.fillStyle = '#fff';
    clipped(each[TEXT], visibleLeft + 4, top + laneHeight / 2, left + width - visibleLeft - 6);
  }
}

/** What an operation of the core did stands below it in full, where its bar is too short for it. */
function callOut(each, paper) {
  const left = Math.max(x(each[CALL]), labelWidth), top = laneTop(laneOf.get(each[PROCESS])) + laneHeight - 5;
  const right = x(each[CALL]) + widthOf(each);
  const textWidth = context.measureText(each[TEXT]).width;
  if (right < labelWidth || textWidth < right - left - 6) return;
  const place = Math.min(left, canvas.clientWidth - textWidth - 12);
  context.fillStyle = paper;
  context.fillRect(place, top, textWidth + 10, 18);
  context.strokeStyle = color.core;
  context.lineWidth = 1.5;
  context.strokeRect(place, top, textWidth + 10, 18);
  context.fillStyle = color.core;
  context.fillText(each[TEXT], place + 5, top + 10);
}

function clipped(text, left, middle, width) {
  if (width < 12) return;
  const fits = Math.floor(width / 6.2);
  context.fillText(text.length > fits ? text.slice(0, Math.max(1, fits - 1)) + '…' : text, left, middle);
}

function zoom(factor, center) {
  const least = 1e-3;
  if ((to - from) * factor < least) return;
  from = center - (center - from) * factor;
  to = center + (to - center) * factor;
  draw();
}

canvas.onwheel = (event) => {
  event.preventDefault();
  if (event.shiftKey) { scroll = Math.max(0, scroll + event.deltaY); draw(); return; }
  zoom(event.deltaY > 0 ? 1.25 : 0.8, positionAt(event.offsetX));
};
let dragged;
canvas.onpointerdown = (event) => { dragged = { x: event.offsetX, y: event.offsetY, from, to, scroll }; canvas.setPointerCapture(event.pointerId); };
canvas.onpointerup = () => { dragged = undefined; };
canvas.onpointermove = (event) => {
  if (dragged) {
    const moved = ((event.offsetX - dragged.x) / (canvas.clientWidth - labelWidth)) * (dragged.to - dragged.from);
    from = dragged.from - moved;
    to = dragged.to - moved;
    scroll = Math.max(0, dragged.scroll - (event.offsetY - dragged.y));
    draw();
    return;
  }
  const lane = lanes[Math.floor((event.offsetY - axisHeight + scroll) / laneHeight) - rows.length];
  const position = positionAt(event.offsetX);
  const near = lane?.operations.findLast((each) => each[CALL] <= position);
  const over = near && (near[RETURN] < 0 ? x(near[CALL]) + 34 >= event.offsetX : near[RETURN] >= position || x(near[RETURN]) + 2 >= event.offsetX);
  tip.hidden = !over;
  if (!over) return;
  const outcome = ['ok', 'info: nobody knows whether it took effect', 'fail: it did not take effect'][near[OUTCOME]];
  const role = bounding.has(near[ID]) ? '\nIts time matters for the violation.' : core.has(near[ID]) ? '\nPart of the violation.' : '';
  const effect = effects.get(near[ID]);
  const placed = effect === undefined ? '' : '\nIn the order that was found: number ' + effect.place + ', at ' + effect.position + ' at the earliest.';
  tip.textContent = 'Operation ' + near[ID] + ', process ' + near[PROCESS] + '\n' + near[TEXT] + '\n' + outcome + '\n' + near[CALL] + ' to ' + (near[RETURN] < 0 ? 'never' : near[RETURN]) + placed + role;
  tip.style.left = Math.min(event.clientX + 12, innerWidth - 380) + 'px';
  tip.style.top = Math.min(event.clientY + 12, innerHeight - 130) + 'px';
};
canvas.onpointerleave = () => { tip.hidden = true; };
canvas.onkeydown = ({ key }) => {
  const step = (to - from) / 8;
  if (key === '+') zoom(0.8, (from + to) / 2);
  else if (key === '-') zoom(1.25, (from + to) / 2);
  else if (key === 'ArrowLeft') { from -= step; to -= step; draw(); }
  else if (key === 'ArrowRight') { from += step; to += step; draw(); }
};
new ResizeObserver(draw).observe(canvas);
show(illegal[0]);
`;
