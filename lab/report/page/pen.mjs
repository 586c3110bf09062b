/** The timeline's canvas: places on it, and the shapes that all tracks are made of. */
import { gutter } from './layout.mjs';

const font = '11px ui-sans-serif, system-ui, sans-serif';
const rightMargin = 12;

export function createPen(canvas, layout, view) {
  const context = canvas.getContext('2d');
  let width = 0;
  const plotWidth = () => Math.max(1, width - gutter - rightMargin);

  return {
    context,
    get right() {
      return width - rightMargin;
    },
    plotWidth,
    x: (us) => gutter + ((us - view.from) / (view.to - view.from)) * plotWidth(),
    us: (place) => view.from + ((place - gutter) / plotWidth()) * (view.to - view.from),
    usPerPixel: () => (view.to - view.from) / plotWidth(),
    seen: (from, to) => to >= view.from && from <= view.to,
    /** Left and right of an interval, cut off at the edges of the plot. */
    extent(from, to) {
      return [Math.max(gutter, this.x(from)), Math.min(this.right, this.x(to))];
    },
    /** Text inside an interval, if there is room for it, else the shorter text, else none. */
    label(text, left, right, y, shorter) {
      for (const candidate of [text, shorter])
        if (candidate !== undefined && context.measureText(candidate).width <= right - left - 7) {
          context.fillText(candidate, left + 4, y);
          return;
        }
    },
    roundRect(left, top, wide, tall, radius) {
      context.beginPath();
      context.roundRect(left, top, wide, tall, Math.min(radius, wide / 2));
      context.fill();
    },
    resize() {
      const ratio = window.devicePixelRatio || 1;
      width = canvas.parentElement.clientWidth;
      canvas.style.height = `${layout.height}px`;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(layout.height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    },
    clear() {
      context.clearRect(0, 0, width, layout.height);
      context.font = font;
      context.textBaseline = 'middle';
      context.textAlign = 'left';
    },
  };
}
