/** The upper tracks: what the lab did, and what the nodes were meanwhile. */
import { gutter } from './layout.mjs';
import { ticks, timeText } from './view.mjs';

/** What a node that takes no part, or only receives, is called in the picture. */
const asides = new Map([
  ['down', 'down'],
  ['paused', 'paused'],
  ['learner', 'learner'],
  ['idle', 'no member'],
]);

export function clusterTracks({ pen, data, layout, view, state }) {
  const { context } = pen;

  function drawRuler(colours) {
    const { at, step } = ticks(view.from, view.to, Math.max(2, pen.plotWidth() / 120));
    context.fillStyle = colours.soft;
    context.strokeStyle = colours.grid;
    context.beginPath();
    for (const us of at) {
      const place = Math.round(pen.x(us)) + 0.5;
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
      if (!pen.seen(times[1], times[2])) continue;
      const [left, right] = pen.extent(times[1], times[2]);
      context.fillRect(left, layout.nodes.top - 6, right - left, layout.height - layout.nodes.top);
    }
    context.fillStyle = colours.lagVeil;
    for (const [from, to] of data.lags) {
      if (!pen.seen(from, to)) continue;
      const [left, right] = pen.extent(from, to);
      context.fillRect(left, layout.phases.top, Math.max(1, right - left), layout.height - layout.phases.top);
    }
  }

  function drawPhases(colours) {
    const { top, height } = layout.phases;
    data.phases.forEach(([name, from, to], at) => {
      if (!pen.seen(from, to)) return;
      const [left, right] = pen.extent(from, to);
      context.fillStyle = at % 2 === 0 ? colours.phase : colours.phaseOther;
      context.fillRect(left, top, right - left, height);
      context.fillStyle = colours.soft;
      pen.label(name, left, right, top + height / 2);
    });
  }

  function drawFaults(colours) {
    for (const { row, times, label: text, kind, step } of data.faults) {
      if (!pen.seen(times[0], times[3])) continue;
      const top = layout.faults.top + row * 20;
      const [left, right] = pen.extent(times[0], times[3]);
      const [inLeft, inRight] = pen.extent(times[1], times[2]);
      context.fillStyle = colours.faultEdge;
      pen.roundRect(left, top, Math.max(2, right - left), 16, 3);
      context.fillStyle = state.fault === step ? colours.mark : colours.fault;
      pen.roundRect(inLeft, top, Math.max(2, inRight - inLeft), 16, 3);
      context.fillStyle = colours.faultText;
      pen.label(text, inLeft, inRight, top + 8.5, kind);
    }
  }

  function drawNodes(colours) {
    data.bands.forEach((bands, node) => {
      const top = layout.nodes.top + node * 22;
      for (const [role, term, from, to] of bands) {
        if (!pen.seen(from, to)) continue;
        const [left, right] = pen.extent(from, to);
        const wide = Math.max(1, right - left);
        drawRole(colours, role, node, left, top, wide);
        if (role === 'leader') {
          context.fillStyle = colours.leaderText;
          pen.label(`leader, term ${term}`, left, right, top + 9.5, `t${term}`);
        } else if (asides.has(role)) {
          context.fillStyle = colours.soft;
          pen.label(asides.get(role), left, right, top + 9.5);
        }
      }
    });
  }

  function drawRole(colours, role, node, left, top, wide) {
    switch (role) {
      case 'leader':
        context.fillStyle = colours.node(node, 1);
        pen.roundRect(left, top, wide, 18, 2);
        return;
      case 'down':
      case 'paused':
        context.fillStyle = colours.background;
        context.fillRect(left, top, wide, 18);
        context.fillStyle = role === 'down' ? colours.down : colours.paused;
        context.fillRect(left, top, wide, 18);
        return;
      case 'learner':
      case 'idle':
        context.fillStyle = colours.node(node, role === 'learner' ? 0.16 : 0.06);
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

  return [drawRuler, drawBehind, drawPhases, drawFaults, drawNodes, drawLabels];
}
