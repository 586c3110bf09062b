/** The middle tracks: how many answers came, and how long they took. */
import { gutter } from './layout.mjs';

const bucketPx = 4;
/** Latencies from here to there have a place in the plot, in microseconds. */
const latencyUs = [500, 5_000_000];

export function numberTracks({ pen, data, layout, index, view, emphasis }) {
  const { context } = pen;
  const { operations } = data;

  /** Answers, refusals and losses a second, by when they came. */
  function drawRate(colours) {
    const { top, height, bottom } = layout.rate;
    const buckets = Math.max(1, Math.ceil(pen.plotWidth() / bucketPx));
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
      context.lineTo(pen.right, place);
      context.stroke();
      context.fillText(ms < 1_000 ? `${ms} ms` : '1 s', gutter - 8, place);
    }
    context.textAlign = 'left';
    const size = view.to - view.from < 2_000_000 ? 3 : 2;
    context.globalAlpha = view.to - view.from < 5_000_000 ? 0.9 : 0.45;
    operations.from.forEach((_, at) => {
      const end = index.to(at);
      if (end < view.from || end > view.to || emphasis.isFaint(at)) return;
      context.fillStyle =
        operations.outcome[at] === 0
          ? colours.kinds[operations.f[at]]
          : operations.outcome[at] === 1
            ? colours.fail
            : colours.info;
      context.fillRect(pen.x(end) - size / 2, y(operations.length[at]) - size / 2, size, size);
    });
    context.globalAlpha = 1;
  }

  return [drawRate, drawLatency];
}
