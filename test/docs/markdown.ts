const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table with columns of equal width, which is how the formatter wants it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(escaped));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly string[], filler = ' ') =>
    `| ${row.map((cell, column) => cell + filler.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`;
  const [first = [], ...rest] = cells;
  return [
    line(first),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rest.map((row) => line(row)),
  ].join('\n');
}

export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

export const code = (text: string): string => `\`${text}\``;
