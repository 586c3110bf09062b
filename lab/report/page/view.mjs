/** The part of the run that is in sight, in microseconds, and how it moves. Pure; what listens to it draws. */

const leastSpanUs = 200;

export function createView(endUs, onChange) {
  const whole = Math.max(endUs, leastSpanUs);
  let from = 0;
  let to = whole;

  const show = (wantedFrom, wantedTo) => {
    const span = Math.min(whole, Math.max(leastSpanUs, wantedTo - wantedFrom));
    const middle = (wantedFrom + wantedTo) / 2;
    from = Math.min(Math.max(0, middle - span / 2), whole - span);
    to = from + span;
    onChange();
  };

  return {
    get from() {
      return from;
    },
    get to() {
      return to;
    },
    whole,
    show,
    all: () => show(0, whole),
    /** A factor below 1 zooms in; what is at `at` stays where it is. */
    zoom(at, factor) {
      const span = Math.min(whole, Math.max(leastSpanUs, (to - from) * factor));
      const share = (at - from) / (to - from);
      const left = Math.min(Math.max(0, at - share * span), whole - span);
      from = left;
      to = left + span;
      onChange();
    },
    pan(byUs) {
      show(from + byUs, to + byUs);
    },
  };
}

/** Round numbers for an axis: multiples of 1, 2 or 5 in some power of ten, about `count` of them. */
export function ticks(from, to, count) {
  const rough = Math.max(1, (to - from) / count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power * 10;
  const first = Math.ceil(from / step) * step;
  const found = [];
  for (let at = first; at <= to; at += step) found.push(at);
  return { step, at: found };
}

/** A moment as seconds with as many digits as the step between ticks needs. */
export function timeText(us, stepUs) {
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(stepUs / 1_000_000))));
  return `${(us / 1_000_000).toFixed(digits)} s`;
}
