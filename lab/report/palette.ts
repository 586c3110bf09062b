/** The colours of the page, each for light and for dark; the style sheet and the canvas take them from the variables made here. */
const palette: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  background: ['#ffffff', '#12161c'],
  surface: ['#f6f7f9', '#1a2028'],
  text: ['#1b2430', '#e6ebf2'],
  soft: ['#5d6b7c', '#94a3b5'],
  line: ['#dde2e8', '#2d3642'],
  grid: ['#e9edf1', '#222a34'],
  accent: ['#2457c5', '#8ab4ff'],
  pass: ['#137a4a', '#4cc38a'],
  failed: ['#c2263c', '#ff7a85'],
  undecided: ['#8f6200', '#e9b949'],
  error: ['#7a3fb8', '#c79bff'],
  'pass-soft': ['#e4f5ec', '#12301f'],
  'failed-soft': ['#fdeaec', '#3a171c'],
  'undecided-soft': ['#fdf3dc', '#33290f'],
  'error-soft': ['#f2e9fb', '#2a1c3c'],
  phase: ['#f0f2f5', '#1d242d'],
  'phase-other': ['#e6e9ee', '#252d38'],
  fault: ['#e9a23b', '#c98a2e'],
  'fault-edge': ['#f6dcb4', '#5c431c'],
  'fault-text': ['#3d2600', '#1b1204'],
  'fault-veil': ['#f0a83014', '#f0a83012'],
  'lag-veil': ['#8a3ffc2e', '#a974ff3a'],
  'leader-text': ['#ffffff', '#0d1117'],
  down: ['#3a424d22', '#00000099'],
  paused: ['#7a8699aa', '#5a6677aa'],
  candidate: ['#e0b000', '#e3bd3a'],
  ok: ['#5b8bd0', '#4c7fc7'],
  fail: ['#b3a8ad', '#7c7479'],
  info: ['#e0566f', '#e0607a'],
  read: ['#4a86d8', '#5b96e8'],
  write: ['#2f9e77', '#3fb68b'],
  cas: ['#8a66cf', '#a184e6'],
  'on-bar': ['#ffffff', '#0d1117'],
  mark: ['#d4002a', '#ff5c77'],
  shade: ['#20304018', '#00000066'],
  'node-lightness': ['45%', '64%'],
};

function variables(theme: 0 | 1): string {
  const lines = Object.entries(palette).map(([name, colours]) => `--${name}:${colours[theme]}`);
  return [`color-scheme:${theme === 0 ? 'light' : 'dark'}`, ...lines].join(';');
}

/** Follows the system, until the reader chooses. */
export const paletteCss = [
  `:root{${variables(0)}}`,
  `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${variables(1)}}}`,
  `:root[data-theme=dark]{${variables(1)}}`,
].join('\n');
