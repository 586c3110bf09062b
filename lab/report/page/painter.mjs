/** Draws all tracks of the timeline, for the part of the run that is in sight. */
import { clusterTracks } from './cluster-tracks.mjs';
import { numberTracks } from './number-tracks.mjs';
import { operationTracks } from './operation-tracks.mjs';
import { createPen } from './pen.mjs';

export function createPainter({ canvas, theme, ...parts }) {
  const { data, layout, view, state } = parts;
  const pen = createPen(canvas, layout, view);
  const emphasis = {
    /** Beside evidence, or a chosen key, everything else stands back. */
    isFaint(at) {
      if (state.lit.has(at)) return false;
      return state.key === undefined ? state.lit.size > 0 : data.operations.key[at] !== state.key;
    },
  };
  const tracks = [clusterTracks, numberTracks, operationTracks].flatMap((make) =>
    make({ ...parts, pen, emphasis }),
  );
  return {
    resize: () => pen.resize(),
    draw() {
      pen.clear();
      const colours = theme();
      for (const track of tracks) track(colours);
    },
    us: pen.us,
    usPerPixel: pen.usPerPixel,
  };
}
