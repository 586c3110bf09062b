/** Where each track of the timeline lies, from top to bottom. */

export const gutter = 92;
const laneHeightMax = 16;
const laneHeightMin = 5;
const lanesHeightMax = 620;

export function createLayout(data) {
  const laneHeight = Math.max(
    laneHeightMin,
    Math.min(laneHeightMax, Math.floor(lanesHeightMax / Math.max(1, data.lanes))),
  );
  const tracks = {};
  let y = 0;
  const add = (name, height, gap = 12) => {
    tracks[name] = { top: y, height, bottom: y + height };
    y += height + gap;
  };
  add('ruler', 26, 4);
  add('phases', 16, 8);
  add('faults', Math.max(1, data.faultRows) * 20);
  add('nodes', data.nodes.length * 22);
  add('rate', 54);
  add('latency', 92);
  add('lanes', Math.max(1, data.lanes) * laneHeight, 8);
  return { ...tracks, laneHeight, height: y };
}
