import { base64url } from 'jose';
import { equalDigests, utf8Bytes } from '../tokens/digest.ts';
import { systemRandom } from '../tokens/random.ts';

/** Turns passwords into strings that can be kept, and checks passwords against them. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** False also for a hash it cannot read. */
  verify(password: string, hash: string): Promise<boolean>;
  /** Whether a hash was made with parameters that are not today's. */
  isStale(hash: string): boolean;
  /** As much work as `verify`, for nobody: what a login costs where nobody has a password. */
  waste(password: string): Promise<void>;
  /**
   * What it costs to verify a hash: the same text for those that cost the same; null for a hash it cannot read. With it every login
   * costs the same where hashes of several costs are in use; without, whose hash is not of today's parameters can be told by the time.
   */
  costOf?(hash: string): string | null;
}

/** OWASP's figure for PBKDF2-HMAC-SHA-256. */
const strongIterations = 600_000;
/** A stored hash that asks for more than this is refused: it would be a way to stop the server. */
const mostIterations = 10 * strongIterations;
const saltLength = 16;
const form = /^\$pbkdf2-sha256\$i=(\d+)\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

/**
 * PBKDF2-HMAC-SHA-256 by WebCrypto, in PHC strings with a 16-byte salt. `iterations` is by default 600,000.
 *
 * @throws RangeError for fewer iterations, unless `weakForTests` says that no real password is at stake.
 */
export function pbkdf2(options: { iterations?: number; weakForTests?: boolean } = {}): PasswordHasher {
  const iterations = options.iterations ?? strongIterations;
  if (!Number.isSafeInteger(iterations) || iterations < 1 || iterations > mostIterations) {
    throw new RangeError(`iterations must be a whole number from 1 to ${mostIterations}.`);
  }
  if (iterations < strongIterations && options.weakForTests !== true) {
    throw new RangeError(`Fewer than ${strongIterations} iterations need weakForTests: true.`);
  }
  return {
    async hash(password) {
      const salt = systemRandom(saltLength);
      const key = await derive(password, salt, iterations);
      return `$pbkdf2-sha256$i=${iterations}$${base64url.encode(salt)}$${base64url.encode(key)}`;
    },
    async verify(password, hash) {
      const [, cost, salt, key] = form.exec(hash) ?? [];
      if (cost === undefined || salt === undefined || key === undefined || Number(cost) > mostIterations) return false;
      const derived = await derive(password, new Uint8Array(base64url.decode(salt)), Number(cost));
      return equalDigests(base64url.encode(derived), key);
    },
    isStale: (hash) => form.exec(hash)?.[1] !== String(iterations),
    async waste(password) {
      await derive(password, new Uint8Array(saltLength), iterations);
    },
    costOf(hash) {
      const cost = form.exec(hash)?.[1];
      return cost === undefined || Number(cost) > mostIterations ? null : `pbkdf2-sha256 ${Number(cost)}`;
    },
  };
}

/** For tests and demos: the same with 1,000 iterations, a millisecond instead of a third of a second. Protects nothing. */
export const cheapPasswordHasher = (): PasswordHasher => pbkdf2({ iterations: 1_000, weakForTests: true });

async function derive(password: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', utf8Bytes(password), 'PBKDF2', false, ['deriveBits']);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256),
  );
}
