import { hex, sha256 } from '../tokens/digest.ts';

const shortestPassword = 8;
const longestPassword = 1_024;

const byteLength = (text: string) => new TextEncoder().encode(text).length;

/** Nothing that long is anybody's password, so it is not worth hashing. */
export const isTooLong = (password: string): boolean => byteLength(password) > longestPassword;

export function refuseTooLong(password: string): void {
  if (isTooLong(password)) throw new RangeError(`A password has at most ${longestPassword} bytes.`);
}

/** @throws RangeError for a new password that is too short, too long, or one of those that everybody tries first. */
export async function refuseUnlessAcceptable(password: string): Promise<void> {
  if (byteLength(password) < shortestPassword || isTooLong(password)) {
    throw new RangeError(`A password has ${shortestPassword} to ${longestPassword} bytes.`);
  }
  if (await isCommon(password)) throw new RangeError('The password is one of the most common ones.');
}

let digests: Promise<ReadonlySet<string>> | undefined;

async function isCommon(password: string): Promise<boolean> {
  digests ??= readDigests();
  return (await digests).has(hex((await sha256(password)).subarray(0, 4)));
}

/** Loaded when the first password is chosen: a page with a mock server seldom sees one. */
async function readDigests(): Promise<ReadonlySet<string>> {
  const { frequentPasswordDigests } = await import('./frequent-passwords.ts');
  const bytes = Uint8Array.from(atob(frequentPasswordDigests), (character) => character.charCodeAt(0));
  return new Set(Array.from({ length: bytes.length / 4 }, (_, index) => hex(bytes.subarray(index * 4, index * 4 + 4))));
}
