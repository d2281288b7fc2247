/** A span of time: milliseconds, or text such as `'20m'`, `'6d 23h'`, `'1.5s'` (units w, d, h, m, s, ms). */
export type Duration = number | string;

export const second = 1_000;
export const minute: number = 60 * second;
export const hour: number = 60 * minute;
export const day: number = 24 * hour;

const units: Readonly<Record<string, number>> = { ms: 1, s: second, m: minute, h: hour, d: day, w: 7 * day };

/**
 * Reads a {@link Duration} as milliseconds.
 *
 * @throws RangeError for a negative or non-finite number and for text that is no sum of numbers with units.
 */
export function parseDuration(duration: Duration): number {
  if (typeof duration === 'number') {
    if (!Number.isFinite(duration) || duration < 0) {
      throw new RangeError(`A duration is a finite number of milliseconds ≥ 0, not ${duration}.`);
    }
    return duration;
  }
  const parts = duration.trim().split(/\s+/);
  return parts.reduce((sum, part) => sum + parsePart(part, duration), 0);
}

function parsePart(part: string, whole: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|[smhdw])$/.exec(part);
  const factor = units[match?.[2] ?? ''];
  if (match === null || factor === undefined) {
    throw new RangeError(`"${whole}" is not a duration; write it like '20m' or '6d 23h'.`);
  }
  return Number(match[1]) * factor;
}
