/** The whole run in a narrow strip above the timeline: drag over it to choose what is in sight. */
import { gutter } from './layout.mjs';

const height = 46;

export function createOverview({ canvas, data, index, view, state, theme }) {
  const context = canvas.getContext('2d');
  const { operations } = data;
  let width = 0;
  const plot = () => width - gutter - 12;
  const x = (us) => gutter + (us / view.whole) * plot();
  const us = (place) => Math.min(1, Math.max(0, (place - gutter) / plot())) * view.whole;

  function resize() {
    const ratio = window.devicePixelRatio || 1;
    width = canvas.parentElement.clientWidth;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  function draw() {
    const colours = theme();
    context.clearRect(0, 0, width, height);
    context.fillStyle = colours.phase;
    context.fillRect(gutter, 0, plot(), height);
    const buckets = Math.max(1, Math.floor(plot() / 2));
    const counts = new Float64Array(buckets);
    operations.from.forEach((_, at) => {
      if (operations.outcome[at] !== 0) return;
      counts[Math.min(buckets - 1, Math.floor((index.to(at) / view.whole) * buckets))] += 1;
    });
    const most = Math.max(1, ...counts);
    context.fillStyle = colours.ok;
    counts.forEach((count, at) => {
      const tall = (count / most) * (height - 12);
      context.fillRect(gutter + at * 2, height - tall, 2, tall);
    });
    context.fillStyle = colours.fault;
    for (const { times } of data.faults)
      context.fillRect(x(times[1]), 2, Math.max(2, x(times[2]) - x(times[1])), 5);
    context.fillStyle = colours.mark;
    for (const at of state.lit) context.fillRect(x(operations.from[at]) - 1, 0, 3, height);
    context.fillStyle = colours.shade;
    context.fillRect(gutter, 0, x(view.from) - gutter, height);
    context.fillRect(x(view.to), 0, x(view.whole) - x(view.to), height);
    context.strokeStyle = colours.text;
    context.strokeRect(x(view.from) + 0.5, 0.5, Math.max(2, x(view.to) - x(view.from) - 1), height - 1);
  }

  canvas.addEventListener('pointerdown', (down) => {
    const box = canvas.getBoundingClientRect();
    const start = us(down.clientX - box.left);
    canvas.setPointerCapture(down.pointerId);
    let moved = false;
    const move = (event) => {
      const now = us(event.clientX - box.left);
      moved ||= Math.abs(event.clientX - down.clientX) > 4;
      if (moved) view.show(Math.min(start, now), Math.max(start, now));
    };
    const up = () => {
      canvas.removeEventListener('pointermove', move);
      canvas.removeEventListener('pointerup', up);
      // A click moves what is in sight there, without zooming.
      if (!moved) view.show(start - (view.to - view.from) / 2, start + (view.to - view.from) / 2);
    };
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', up);
  });

  return { resize, draw };
}
