/** The canvas takes its colours from the page's style sheet, so that light and dark are said in one place. */

const names = [
  'background',
  'text',
  'soft',
  'grid',
  'phase',
  'phase-other',
  'fault',
  'fault-edge',
  'fault-text',
  'fault-veil',
  'lag-veil',
  'leader-text',
  'down',
  'paused',
  'candidate',
  'ok',
  'fail',
  'info',
  'read',
  'write',
  'cas',
  'on-bar',
  'mark',
  'shade',
];

/** One hue a node, neighbours far apart, none that reads as a fault or a candidate. */
const hues = [212, 338, 158, 268, 16, 188, 300, 104, 236, 356, 140, 252, 322, 172, 84];

export function createTheme() {
  let known;
  const read = () => {
    const style = getComputedStyle(document.documentElement);
    const colours = Object.fromEntries(
      names.map((name) => [
        name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
        style.getPropertyValue(`--${name}`).trim(),
      ]),
    );
    const lightness = style.getPropertyValue('--node-lightness').trim();
    return {
      ...colours,
      kinds: [colours.read, colours.write, colours.cas],
      node: (at, alpha) => `hsl(${hues[at % hues.length]} 48% ${lightness} / ${alpha})`,
    };
  };
  return {
    colours: () => (known ??= read()),
    forget() {
      known = undefined;
    },
  };
}
