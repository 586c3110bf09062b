/** The results as pictures: SVG, drawn by hand, both axes logarithmic. */
import { families } from './cells.ts';
import type { Row } from './summary.ts';

const width = 760;
const height = 420;
const margin = { left: 70, right: 20, top: 40, bottom: 50 };
const colours = { ours: '#1f6feb', porcupine: '#c2410c' } as const;

interface Axis {
  readonly label: string;
  /** Powers of ten at both ends. */
  readonly from: number;
  readonly to: number;
}

/** Time over length in the families that grow: A with full, E with open marks. */
export function growthPlot(rows: readonly Row[]): string {
  const grown = rows.filter(({ family }) => family === 'A' || family === 'E');
  const x: Axis = axis(
    'operations',
    grown.map(({ n }) => n),
  );
  const y: Axis = axis(
    'milliseconds',
    grown.flatMap(({ ours, porcupine }) => [ours.msWarm, porcupine.ms]),
  );
  const dots = grown.flatMap(({ family, n, ours, porcupine }) => [
    dot(atX(x, n), atY(y, ours.msWarm), colours.ours, family === 'A'),
    ...(porcupine.verdict === 'undecided'
      ? []
      : [dot(atX(x, n), atY(y, porcupine.ms), colours.porcupine, family === 'A')]),
  ]);
  const legend = [
    text(margin.left, 24, 'ours', colours.ours),
    text(margin.left + 50, 24, 'Porcupine, where it decides', colours.porcupine),
    text(margin.left + 270, 24, '● A: 5 clients   ○ E: reads and writes, 10 clients'),
  ];
  return svg([...frame(x, y, decades(x)), ...dots, ...legend]);
}

/** Porcupine's time over ours, a mark for each row. */
export function ratioPlot(rows: readonly Row[]): string {
  const names = Object.keys(families);
  const y = axis('times as fast as Porcupine', [1, ...rows.flatMap(({ ratio }) => ratio ?? [])]);
  const step = (width - margin.left - margin.right) / names.length;
  const place = (family: string) => margin.left + (names.indexOf(family) + 0.5) * step;
  const dots = rows.flatMap(({ family, ratio }) =>
    ratio === null
      ? []
      : [dot(place(family), atY(y, ratio), ratio < 1 ? colours.porcupine : colours.ours, false)],
  );
  const marks = names.map((name) => ({ at: place(name), label: name }));
  const even = atY(y, 1).toFixed(1);
  const line = `<line x1="${margin.left}" x2="${width - margin.right}" y1="${even}" y2="${even}" stroke="#888" stroke-dasharray="4"/>`;
  return svg([...frame({ label: 'family', from: 0, to: 1 }, y, marks), line, ...dots]);
}

function axis(label: string, values: readonly number[]): Axis {
  const logs = values.filter((value) => value > 0).map((value) => Math.log10(value));
  const least = logs.reduce((a, b) => Math.min(a, b), 0);
  const most = logs.reduce((a, b) => Math.max(a, b), least);
  return { label, from: Math.floor(least), to: Math.max(Math.ceil(most), Math.floor(least) + 1) };
}

function atX({ from, to }: Axis, value: number): number {
  return margin.left + ((Math.log10(value) - from) / (to - from)) * (width - margin.left - margin.right);
}

function atY({ from, to }: Axis, value: number): number {
  const share = (Math.log10(value) - from) / (to - from);
  return height - margin.bottom - share * (height - margin.top - margin.bottom);
}

function decades(each: Axis): { readonly at: number; readonly label: string }[] {
  return powers(each).map((value) => ({ at: atX(each, value), label: value.toLocaleString('en') }));
}

function powers({ from, to }: Axis): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

function frame(
  x: Axis,
  y: Axis,
  marks: readonly { readonly at: number; readonly label: string }[],
): string[] {
  const bottom = height - margin.bottom;
  return [
    ...powers(y).flatMap((value) => [
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${atY(y, value).toFixed(1)}" y2="${atY(y, value).toFixed(1)}" stroke="#ddd"/>`,
      text(margin.left - 8, atY(y, value) + 4, value.toLocaleString('en'), '#444', 'end'),
    ]),
    ...marks.map(({ at, label }) => text(at, bottom + 18, label, '#444', 'middle')),
    text((width + margin.left) / 2, height - 10, x.label, '#444', 'middle'),
    `<text transform="translate(16 ${height / 2}) rotate(-90)" text-anchor="middle" fill="#444">${y.label}</text>`,
  ];
}

function dot(x: number, y: number, colour: string, isFull: boolean): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" stroke="${colour}" fill="${isFull ? colour : 'none'}"/>`;
}

function text(x: number, y: number, content: string, colour = '#444', anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour}" text-anchor="${anchor}">${content}</text>`;
}

function svg(content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${content.join('\n')}
</svg>
`;
}
