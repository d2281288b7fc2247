/** Returns that many unpredictable bytes. */
export type Random = (bytes: number) => Uint8Array;

/**
 * The same inside of this package: WebCrypto takes no view of shared memory. The type is none of the public ones, because
 * TypeScript knows it from 5.7 on only.
 */
export type RandomBytes = (bytes: number) => Uint8Array<ArrayBuffer>;

export const systemRandom: RandomBytes = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

/** A copy of its own, so that what the application gave cannot change, and is no shared memory. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
