const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps: readonly (readonly [number, string])[] = [
  [day, 'd'],
  [hour, 'h'],
  [minute, 'min'],
  [second, 's'],
];

/** "19 min 58 s", "6 d 23 h", "83 d": the two largest units. Pure. */
export function inShort(milliseconds: number): string {
  const left = Math.max(0, milliseconds);
  const largest = steps.findIndex(([length]) => left >= length);
  const [length, name] = steps[largest] ?? [second, 's'];
  const [part, partName] = (largest >= 0 && steps[largest + 1]) || [left + 1, ''];
  const rest = Math.floor((left % length) / part);
  return `${Math.floor(left / length)} ${name}${rest > 0 ? ` ${rest} ${partName}` : ''}`;
}

/** "20 minutes", "7 days": a whole length, for a heading. Pure. */
export function inWords(milliseconds: number): string {
  const names: readonly (readonly [number, string])[] = [
    [day, 'day'],
    [hour, 'hour'],
    [minute, 'minute'],
    [second, 'second'],
  ];
  const [length, name] = names.find(([unit]) => milliseconds >= unit) ?? [second, 'second'];
  const count = Math.round(milliseconds / length);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
