/** Draws the tracks of the timeline on its canvas, for the part of the run that is in sight. */
import { gutter } from './layout.mjs';
import { ticks, timeText } from './view.mjs';

const font = '11px ui-sans-serif, system-ui, sans-serif';
const bucketPx = 4;
/** Latencies from here to there have a place in the plot, in microseconds. */
const latencyUs = [500, 5_000_000];

export function createPainter({ canvas, data, layout, index, view, state, theme }) {
  const context = canvas.getContext('2d');
  const { operations } = data;
  let width = 0;

  const x = (us) => gutter + ((us - view.from) / (view.to - view.from)) * (width - gutter - 12);
  const seen = (from, to) => to >= view.from && from <= view.to;
  /** Left and right of an interval, cut off at the edges of the plot. */
  const extent = (from, to) => [Math.max(gutter, x(from)), Math.min(width - 12, x(to))];

  function resize() {
    const ratio = window.devicePixelRatio || 1;
    width = canvas.parentElement.clientWidth;
    canvas.style.height = `${layout.height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(layout.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  function draw() {
    const colours = theme();
    context.clearRect(0, 0, width, layout.height);
    context.font = font;
    context.textBaseline = 'middle';
    drawRuler(colours);
    drawBehind(colours);
    drawPhases(colours);
    drawFaults(colours);
    drawNodes(colours);
    drawRate(colours);
    drawLatency(colours);
    drawLanes(colours);
    drawMarks(colours);
    drawLabels(colours);
  }

  function drawRuler(colours) {
    const { at, step } = ticks(view.from, view.to, Math.max(2, width / 130));
    context.fillStyle = colours.soft;
    context.strokeStyle = colours.grid;
    context.beginPath();
    for (const us of at) {
      const place = Math.round(x(us)) + 0.5;
      context.moveTo(place, layout.ruler.bottom - 6);
      context.lineTo(place, layout.height);
      context.fillText(timeText(us, step), place + 4, layout.ruler.top + 10);
    }
    context.stroke();
  }

  /** What was disturbed shows through all tracks below. */
  function drawBehind(colours) {
    context.fillStyle = colours.faultVeil;
    for (const { times } of data.faults) {
      if (!seen(times[1], times[2])) continue;
      const [left, right] = extent(times[1], times[2]);
      context.fillRect(left, layout.nodes.top - 6, right - left, layout.height - layout.nodes.top);
    }
    context.fillStyle = colours.lagVeil;
    for (const [from, to] of data.lags) {
      if (!seen(from, to)) continue;
      const [left, right] = extent(from, to);
      context.fillRect(left, layout.phases.top, Math.max(1, right - left), layout.height - layout.phases.top);
    }
  }

  function drawPhases(colours) {
    const { top, height } = layout.phases;
    data.phases.forEach(([name, from, to], at) => {
      if (!seen(from, to)) return;
      const [left, right] = extent(from, to);
      context.fillStyle = at % 2 === 0 ? colours.phase : colours.phaseOther;
      context.fillRect(left, top, right - left, height);
      context.fillStyle = colours.soft;
      label(name, left, right, top + height / 2);
    });
  }

  function drawFaults(colours) {
    for (const { row, times, label: text, kind, step } of data.faults) {
      if (!seen(times[0], times[3])) continue;
      const top = layout.faults.top + row * 20;
      const [left, right] = extent(times[0], times[3]);
      const [inLeft, inRight] = extent(times[1], times[2]);
      context.fillStyle = colours.faultEdge;
      roundRect(left, top, Math.max(2, right - left), 16, 3);
      context.fillStyle = state.fault === step ? colours.mark : colours.fault;
      roundRect(inLeft, top, Math.max(2, inRight - inLeft), 16, 3);
      context.fillStyle = colours.faultText;
      label(text, inLeft, inRight, top + 8.5, kind);
    }
  }

  function drawNodes(colours) {
    data.bands.forEach((bands, node) => {
      const top = layout.nodes.top + node * 22;
      for (const [role, term, from, to] of bands) {
        if (!seen(from, to)) continue;
        const [left, right] = extent(from, to);
        const wide = Math.max(1, right - left);
        drawRole(colours, role, node, left, top, wide);
        if (role === 'leader') {
          context.fillStyle = colours.leaderText;
          label(`leader, term ${term}`, left, right, top + 9.5, `t${term}`);
        } else if (role === 'down' || role === 'paused') {
          context.fillStyle = colours.soft;
          label(role, left, right, top + 9.5);
        }
      }
    });
  }

  function drawRole(colours, role, node, left, top, wide) {
    switch (role) {
      case 'leader':
        context.fillStyle = colours.node(node, 1);
        roundRect(left, top, wide, 18, 2);
        return;
      case 'down':
      case 'paused':
        context.fillStyle = colours.background;
        context.fillRect(left, top, wide, 18);
        context.fillStyle = role === 'down' ? colours.down : colours.paused;
        context.fillRect(left, top, wide, 18);
        return;
      case 'candidate':
        context.fillStyle = colours.candidate;
        context.fillRect(left, top + 4, wide, 10);
        return;
      default:
        context.fillStyle = colours.node(node, 0.28);
        context.fillRect(left, top + 7, wide, 4);
    }
  }

  /** Answers, refusals and losses a second, by when they came. */
  function drawRate(colours) {
    const { top, height, bottom } = layout.rate;
    const buckets = Math.max(1, Math.ceil((width - gutter - 12) / bucketPx));
    const counts = Array.from({ length: 3 }, () => new Float64Array(buckets));
    const bucketUs = (view.to - view.from) / buckets;
    operations.from.forEach((_, at) => {
      const bucket = Math.floor((index.to(at) - view.from) / bucketUs);
      if (bucket >= 0 && bucket < buckets) counts[operations.outcome[at]][bucket] += 1;
    });
    const totals = counts[0].map((ok, at) => ok + counts[1][at] + counts[2][at]);
    const most = Math.max(1, ...totals);
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      let y = bottom;
      for (const [outcome, colour] of [colours.ok, colours.fail, colours.info].entries()) {
        const tall = (counts[outcome][bucket] / most) * height;
        context.fillStyle = colour;
        context.fillRect(gutter + bucket * bucketPx, y - tall, bucketPx - 1, tall);
        y -= tall;
      }
    }
    context.fillStyle = colours.soft;
    context.textAlign = 'right';
    context.fillText(`${Math.round((most / bucketUs) * 1_000_000)} /s`, gutter - 8, top + 24);
    context.textAlign = 'left';
  }

  /** Each answer is a dot, on a logarithmic scale. */
  function drawLatency(colours) {
    const { bottom, height } = layout.latency;
    const [least, most] = latencyUs.map(Math.log10);
    const y = (us) => {
      const share = (Math.log10(Math.max(us, latencyUs[0])) - least) / (most - least);
      return bottom - Math.min(1, share) * height;
    };
    context.strokeStyle = colours.grid;
    context.fillStyle = colours.soft;
    context.textAlign = 'right';
    for (const ms of [1, 10, 100, 1_000]) {
      const place = Math.round(y(ms * 1_000)) + 0.5;
      context.beginPath();
      context.moveTo(gutter, place);
      context.lineTo(width - 12, place);
      context.stroke();
      context.fillText(ms < 1_000 ? `${ms} ms` : '1 s', gutter - 8, place);
    }
    context.textAlign = 'left';
    const size = view.to - view.from < 2_000_000 ? 3 : 2;
    context.globalAlpha = view.to - view.from < 5_000_000 ? 0.9 : 0.45;
    operations.from.forEach((_, at) => {
      const end = index.to(at);
      if (end < view.from || end > view.to || isFaint(at)) return;
      context.fillStyle =
        operations.outcome[at] === 0
          ? colours.kinds[operations.f[at]]
          : operations.outcome[at] === 1
            ? colours.fail
            : colours.info;
      context.fillRect(x(end) - size / 2, y(operations.length[at]) - size / 2, size, size);
    });
    context.globalAlpha = 1;
  }

  function drawLanes(colours) {
    const { laneHeight } = layout;
    for (let lane = 0; lane < data.lanes; lane += 1) {
      const top = layout.lanes.top + lane * laneHeight;
      let painted = -1;
      let paintedStyle = -1;
      for (const at of index.inLane(lane, view.from, view.to)) {
        const [left, right] = extent(operations.from[at], index.to(at));
        const style = operations.f[at] * 3 + operations.outcome[at];
        const important = state.lit.has(at);
        // Far out, many operations share a pixel: one of a style is enough there.
        if (!important && right - left < 1 && Math.floor(left) === painted && style === paintedStyle)
          continue;
        painted = Math.floor(left);
        paintedStyle = style;
        drawOperation(colours, at, left, right, top, laneHeight);
      }
    }
    for (const at of state.lit) {
      if (!seen(operations.from[at], index.to(at))) continue;
      const top = layout.lanes.top + operations.lane[at] * laneHeight;
      const [left, right] = extent(operations.from[at], index.to(at));
      drawOperation(colours, at, left, right, top, laneHeight);
      context.strokeStyle = colours.mark;
      context.lineWidth = 2;
      context.strokeRect(left - 2, top - 1, Math.max(5, right - left + 4), laneHeight + 1);
      context.lineWidth = 1;
    }
  }

  function drawOperation(colours, at, left, right, top, laneHeight) {
    const wide = Math.max(1, right - left - (right - left > 6 ? 1 : 0));
    const tall = laneHeight - 2;
    context.globalAlpha = isFaint(at) ? 0.13 : 1;
    const colour = colours.kinds[operations.f[at]];
    switch (operations.outcome[at]) {
      case 0:
        context.fillStyle = colour;
        context.fillRect(left, top, wide, tall);
        break;
      case 1:
        context.fillStyle = colours.fail;
        context.fillRect(left, top + tall / 2 - 1.5, wide, 3);
        break;
      default:
        context.fillStyle = colours.info;
        context.fillRect(left, top, wide, tall);
    }
    if (right - left > 46 && tall > 9) {
      context.fillStyle = operations.outcome[at] === 1 ? colours.text : colours.onBar;
      label(operations.call[at], left, right, top + tall / 2 + 0.5);
    }
    context.globalAlpha = 1;
  }

  /** Lines of the history that evidence speaks of, other than operations. */
  function drawMarks(colours) {
    context.strokeStyle = colours.mark;
    context.fillStyle = colours.mark;
    for (const [line, at] of data.marks) {
      if (!state.lines.has(line) || at < view.from || at > view.to) continue;
      const place = x(at);
      context.beginPath();
      context.moveTo(place, layout.ruler.bottom);
      context.lineTo(place, layout.height);
      context.stroke();
      context.beginPath();
      context.moveTo(place - 5, layout.ruler.bottom - 8);
      context.lineTo(place + 5, layout.ruler.bottom - 8);
      context.lineTo(place, layout.ruler.bottom);
      context.fill();
    }
  }

  function drawLabels(colours) {
    context.fillStyle = colours.text;
    data.nodes.forEach((node, at) =>
      context.fillText(node, 8, layout.nodes.top + at * 22 + 9.5, gutter - 16),
    );
    context.fillStyle = colours.soft;
    context.fillText('phase', 8, layout.phases.top + 8);
    context.fillText('faults', 8, layout.faults.top + 8);
    context.fillText('answers', 8, layout.rate.top + 6);
    context.fillText('latency', 8, layout.latency.top + 6);
    context.fillText('clients', 8, layout.lanes.top + 6);
  }

  function isFaint(at) {
    return (
      (state.key !== undefined && operations.key[at] !== state.key && !state.lit.has(at)) ||
      (state.lit.size > 0 && state.key === undefined && !state.lit.has(at))
    );
  }

  /** Text inside an interval, if there is room for it, else the shorter text, else none. */
  function label(text, left, right, y, shorter) {
    const room = right - left - 7;
    for (const candidate of [text, shorter])
      if (candidate !== undefined && context.measureText(candidate).width <= room) {
        context.fillText(candidate, left + 4, y);
        return;
      }
  }

  function roundRect(left, top, wide, tall, radius) {
    context.beginPath();
    context.roundRect(left, top, wide, tall, Math.min(radius, wide / 2));
    context.fill();
  }

  return {
    resize,
    draw,
    us: (place) => view.from + ((place - gutter) / (width - gutter - 12)) * (view.to - view.from),
    usPerPixel: () => (view.to - view.from) / Math.max(1, width - gutter - 12),
  };
}
