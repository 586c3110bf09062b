/** What the pointer and the keyboard do with the timeline, and what it says of the thing pointed at. */

const zoomStep = 0.6;

export function watchPointer({ canvas, tip, painter, view, find }) {
  let drag;
  canvas.addEventListener('pointerdown', (event) => {
    drag = { at: event.clientX, moved: false };
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
  });
  canvas.addEventListener('pointermove', (event) => {
    if (drag !== undefined) {
      const by = event.clientX - drag.at;
      drag.moved ||= Math.abs(by) > 3;
      if (!drag.moved) return;
      drag.at = event.clientX;
      view.pan(-by * painter.usPerPixel());
      tip.hide();
      return;
    }
    tip.show(find(event.offsetX, event.offsetY), event.clientX, event.clientY);
  });
  canvas.addEventListener('pointerup', () => (drag = undefined));
  canvas.addEventListener('pointercancel', () => (drag = undefined));
  canvas.addEventListener('pointerleave', () => tip.hide());
  canvas.addEventListener('dblclick', (event) =>
    view.zoom(painter.us(event.offsetX), event.shiftKey ? 1 / zoomStep ** 3 : zoomStep ** 3),
  );
  canvas.addEventListener(
    'wheel',
    (event) => {
      // A bare wheel goes on scrolling the page, except sideways.
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        view.zoom(painter.us(event.offsetX), Math.exp(Math.max(-80, Math.min(80, event.deltaY)) / 160));
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        view.pan((event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * painter.usPerPixel());
      }
    },
    { passive: false },
  );
}

export function watchKeys(canvas, view) {
  const middle = () => (view.from + view.to) / 2;
  const actions = {
    '+': () => view.zoom(middle(), zoomStep),
    '=': () => view.zoom(middle(), zoomStep),
    '-': () => view.zoom(middle(), 1 / zoomStep),
    0: () => view.all(),
    ArrowLeft: () => view.pan((view.from - view.to) / 5),
    ArrowRight: () => view.pan((view.to - view.from) / 5),
  };
  canvas.addEventListener('keydown', (event) => {
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  });
  return { in: actions['+'], out: actions['-'], all: actions[0] };
}

/** A small box beside the pointer; its lines are text, never markup. */
export function createTip(element) {
  return {
    show(lines, left, top) {
      if (lines === undefined) {
        this.hide();
        return;
      }
      element.replaceChildren(
        ...lines.map((line, at) => {
          const row = document.createElement(at === 0 ? 'strong' : 'span');
          row.textContent = line;
          return row;
        }),
      );
      element.hidden = false;
      const { offsetWidth: wide, offsetHeight: tall } = element;
      element.style.left = `${Math.min(left + 14, window.innerWidth - wide - 8)}px`;
      element.style.top = `${top + 18 + tall > window.innerHeight ? top - tall - 10 : top + 18}px`;
    },
    hide() {
      element.hidden = true;
    },
  };
}
