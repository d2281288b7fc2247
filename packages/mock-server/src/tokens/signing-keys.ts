import { base64url, exportJWK, type JWK } from 'jose';
import { systemRandom } from './random.ts';

/** One ES256 key pair. `replacedAt` is when a newer key took over signing; null for the one that signs. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly replacedAt: number | null;
  /** Until when tokens signed with it are good for API calls. Afterwards it only proves a pair genuine at logout. */
  readonly verifiesApiUntil: number | null;
}

/** Where the server's signing keys live. Several servers over one store need one of these over the same keys. */
export interface SigningKeys {
  /** The key that signs first, then those it replaced. Makes the first key when there is none. */
  load(): Promise<readonly SigningKey[]>;
  /** Replaces all keys with `next(present)` as one step. */
  update(next: (present: readonly SigningKey[]) => readonly SigningKey[]): Promise<void>;
  /** Makes a key of the kind that can be kept here. Default: one whose private half never leaves the process. */
  newKey?(): Promise<SigningKey>;
}

/** Keys that live as long as the process. */
export function memorySigningKeys(): SigningKeys {
  let keys: Promise<readonly SigningKey[]> | undefined;
  const load = () => {
    keys ??= newSigningKey().then((key) => [key]);
    return keys;
  };
  return {
    load,
    async update(next) {
      const updated = load().then(next);
      keys = updated;
      await updated;
    },
  };
}

/** A fresh ES256 pair; its private half can be exported only if `extractable` says so. */
export async function newSigningKey({ extractable = false }: { extractable?: boolean } = {}): Promise<SigningKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = await crypto.subtle.generateKey(algorithm, extractable, ['sign', 'verify']);
  return { kid: base64url.encode(systemRandom(8)), ...pair, replacedAt: null, verifiesApiUntil: null };
}

/**
 * The keys after `newest` took over at `now`. `overlap` is how long the previous key goes on verifying API calls, `genuineFor` how
 * long a replaced one proves old access tokens genuine at logout.
 */
export function rotated(
  present: readonly SigningKey[],
  newest: SigningKey,
  { now, overlap, genuineFor }: { now: number; overlap: number; genuineFor: number },
): readonly SigningKey[] {
  const replaced = present.map((key) =>
    key.replacedAt === null ? { ...key, replacedAt: now, verifiesApiUntil: now + overlap } : key,
  );
  return [newest, ...replaced.filter((key) => now - (key.replacedAt ?? now) <= genuineFor)];
}

export const verifiesApi = (key: SigningKey, now: number): boolean =>
  key.verifiesApiUntil === null || now < key.verifiesApiUntil;

export async function publicJwk(key: SigningKey): Promise<JWK> {
  return { ...(await exportJWK(key.publicKey)), kid: key.kid, alg: 'ES256', use: 'sig' };
}
