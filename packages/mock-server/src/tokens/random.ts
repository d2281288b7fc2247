/** Returns that many unpredictable bytes. */
export type Random = (bytes: number) => Uint8Array<ArrayBuffer>;

export const systemRandom: Random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));
