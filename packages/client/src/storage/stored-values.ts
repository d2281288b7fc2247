/** A text that is there, and short enough to be one of ours. */
export const isText = (value: unknown, longest: number = Number.POSITIVE_INFINITY): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longest;

/** Longer than any name, address or ticket of ours, in characters. */
export const longestName = 4096;

/** An instant that a date can hold, in epoch milliseconds. */
export const isInstant = (value: unknown): value is number =>
  Number.isFinite(value) && Math.abs(value as number) <= 8.64e15;

/** A count that has room for more. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 52;

/** The longest time in which nothing is tried, in milliseconds, whatever storage says. */
const longestRest = 3_600_000;

/** The rest that storage tells; none where it tells nothing of the kind. */
export const restOf = (value: unknown): number =>
  Math.min(Math.max(Number.isFinite(value) ? (value as number) : 0, 0), longestRest);
