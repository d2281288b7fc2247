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
  const most = Math.max(...rows.map(({ value }) => value));
  const drawn = rows.map(({ label, value, isOurs }, n) => {
    const y = top + n * step;
    const length = Math.max(1, (value / most) * width);
    return `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escaped(label)}</text>
<rect class="${isOurs ? 'ours' : 'bar'}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="16" rx="2"/>
<text class="note" x="${left + length + 6}" y="${y + 13}">${value < 10 ? value.toFixed(1) : value.toFixed(0)}</text>`;
  });
  return svg(left + width + 60, top + rows.length * step + 8, title, unit, drawn.join('\n'));
}

/** A line over a logarithmic axis, from nothing upwards. */
export function line(title: string, unit: string, points: readonly { count: number; micros: number }[]): string {
  const [left, width, height, top] = [60, 480, 170, 44];
  const most = Math.max(...points.map(({ micros }) => micros)) * 1.1;
  const widest = Math.log10(Math.max(...points.map(({ count }) => count)) + 1);
  const at = ({ count, micros }: { count: number; micros: number }): [number, number] => [
    left + (Math.log10(count + 1) / widest) * width,
    top + height - (micros / most) * height,
  ];
  const path = points
    .map(
      (point, n) =>
        `${n === 0 ? 'M' : 'L'}${at(point)
          .map((v) => v.toFixed(1))
          .join(' ')}`,
    )
    .join('');
  const marks = points.map((point) => {
    const [x, y] = at(point);
    return `<circle class="dot" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5"/>
<text class="note" x="${x.toFixed(1)}" y="${top + height + 18}" text-anchor="middle">${point.count.toLocaleString('en')}</text>
<text class="note" x="${x.toFixed(1)}" y="${(y - 9).toFixed(1)}" text-anchor="middle">${point.micros.toFixed(1)}</text>`;
  });
  const axis = `<path class="axis" d="M${left} ${top + height}H${left + width}"/>`;
  const drawn = `${axis}<path class="line" d="${path}"/>${marks.join('\n')}`;
  return svg(left + width + 40, top + height + 32, title, unit, drawn);
}

const svg = (width: number, height: number, title: string, unit: string, drawn: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
${style}
<text x="8" y="18" font-weight="600">${escaped(title)} <tspan class="note" font-weight="400">${escaped(unit)}</tspan></text>
${drawn}
</svg>
`;
