/** Looks into the columns of the operations: by lane and time for drawing and pointing, by history line for evidence. */

export function indexOperations(operations, lanes) {
  const byLane = Array.from({ length: lanes }, () => []);
  const byLine = new Map();
  operations.from.forEach((_, at) => {
    byLane[operations.lane[at]].push(at);
    byLine.set(operations.line[at], at);
    if (operations.endLine[at] >= 0) byLine.set(operations.endLine[at], at);
  });
  const to = (at) => operations.from[at] + operations.length[at];

  /** The place in the lane of the first operation that ends at `us` or later; those of a lane never overlap. */
  const firstFrom = (lane, us) => {
    const list = byLane[lane];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (to(list[middle]) < us) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    byLine,
    to,
    *inLane(lane, fromUs, toUs) {
      const list = byLane[lane];
      for (let place = firstFrom(lane, fromUs); place < list.length; place += 1) {
        const at = list[place];
        if (operations.from[at] > toUs) return;
        yield at;
      }
    },
    /** The operation of the lane nearest to `us`, at most `slackUs` away. */
    nearest(lane, us, slackUs) {
      let best;
      for (const at of this.inLane(lane, us - slackUs, us + slackUs)) {
        const distance = Math.max(0, operations.from[at] - us, us - to(at));
        if (best === undefined || distance < best.distance) best = { at, distance };
      }
      return best?.at;
    },
  };
}
