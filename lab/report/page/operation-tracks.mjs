/** The lower track: every operation in the lane of its client, and the marks of what evidence speaks of. */

export function operationTracks({ pen, data, layout, index, view, state, emphasis }) {
  const { context } = pen;
  const { operations } = data;

  function drawLanes(colours) {
    const { laneHeight } = layout;
    for (let lane = 0; lane < data.lanes; lane += 1) {
      const top = layout.lanes.top + lane * laneHeight;
      let painted = -1;
      let paintedStyle = -1;
      for (const at of index.inLane(lane, view.from, view.to)) {
        const [left, right] = pen.extent(operations.from[at], index.to(at));
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
      if (!pen.seen(operations.from[at], index.to(at))) continue;
      const top = layout.lanes.top + operations.lane[at] * laneHeight;
      const [left, right] = pen.extent(operations.from[at], index.to(at));
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
    context.globalAlpha = emphasis.isFaint(at) ? 0.13 : 1;
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
      pen.label(operations.call[at], left, right, top + tall / 2 + 0.5);
    }
    context.globalAlpha = 1;
  }

  /** Lines of the history that evidence speaks of, other than operations. */
  function drawMarks(colours) {
    context.strokeStyle = colours.mark;
    context.fillStyle = colours.mark;
    for (const [line, at] of data.marks) {
      if (!state.lines.has(line) || at < view.from || at > view.to) continue;
      const place = pen.x(at);
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

  return [drawLanes, drawMarks];
}
