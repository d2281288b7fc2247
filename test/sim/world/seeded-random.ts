/** Bytes that follow from the seed alone (mulberry32). */
export function createSeededRandom(seed: number): (bytes: number) => Uint8Array<ArrayBuffer> {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return (value ^ (value >>> 14)) >>> 24;
  };
  return (bytes) => Uint8Array.from({ length: bytes }, next);
}
