import { median } from './statistics.ts';

/** Plain SVG, readable on light and on dark paper. */
const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.note { fill: #59636e } .bar { fill: #9aa4af } .ours { fill: #b35900 } .line { stroke: #b35900; fill: none; stroke-width: 2 } .dot { fill: #b35900 }
.axis { stroke: #9aa4af }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .note { fill: #9198a1 } .bar { fill: #59636e } .ours, .dot { fill: #f0883e } .line { stroke: #f0883e } }
</style>`;

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly isOurs: boolean;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Horizontal bars, each with its number. */
export function bars(title: string, unit: string, rows: readonly Bar[]): string {
  const [left, width, step, top] = [250, 420, 24, 34];
  const values = rows.map(({ value }) => value);
  // One that is far beyond all others would make them look alike.
  const most = Math.max(...values.filter((value) => value <= 5 * median(values)));
  const drawn = rows.map(({ label, value, isOurs }, n) => {
    const y = top + n * step;
    const length = Math.min(Math.max(1, (value / most) * width), width);
    return `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escaped(label)}</text>
<rect class="${isOurs ? 'ours' : 'bar'}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="16" rx="2"/>
<text class="note" x="${left + length + 6}" y="${y + 13}">${short(value)}${value > most ? ', cut off' : ''}</text>`;
  });
  return svg(left + width + 90, top + rows.length * step + 8, title, unit, drawn.join('\n'));
}

export interface Line {
  readonly label: string;
  readonly points: readonly { readonly count: number; readonly micros: number }[];
}

/** One line in each panel, over a logarithmic axis and from nothing upwards. */
export function lines(title: string, unit: string, drawn: readonly Line[]): string {
  const panel = 150;
  const parts = drawn.map((line, n) => `<g transform="translate(0 ${34 + n * panel})">${lineOf(line)}</g>`);
  return svg(600, 34 + drawn.length * panel, title, unit, parts.join('\n'));
}

function lineOf({ label, points }: Line): string {
  const [left, width, height, top] = [40, 520, 70, 42];
  const most = Math.max(...points.map(({ micros }) => micros));
  const widest = Math.log10(Math.max(...points.map(({ count }) => count)) + 1);
  const places = points.map(({ count, micros }) => {
    const x = (left + (Math.log10(count + 1) / widest) * width).toFixed(1);
    return { count, micros, x, y: top + height - (micros / most) * height };
  });
  const path = places.map(({ x, y }, n) => `${n === 0 ? 'M' : 'L'}${x} ${y.toFixed(1)}`).join('');
  const marks = places.map(
    ({ count, micros, x, y }) => `<circle class="dot" cx="${x}" cy="${y.toFixed(1)}" r="3.5"/>
<text class="note" x="${x}" y="${top + height + 18}" text-anchor="middle">${count.toLocaleString('en')}</text>
<text class="note" x="${x}" y="${(y - 9).toFixed(1)}" text-anchor="middle">${short(micros)}</text>`,
  );
  return `<text x="8" y="16">${escaped(label)}</text>
<path class="axis" d="M${left} ${top + height}H${left + width}"/><path class="line" d="${path}"/>
${marks.join('\n')}`;
}

const short = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));

const svg = (width: number, height: number, title: string, unit: string, drawn: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
${style}
<text x="8" y="18" font-weight="600">${escaped(title)} <tspan class="note" font-weight="400">${escaped(unit)}</tspan></text>
${drawn}
</svg>
`;
