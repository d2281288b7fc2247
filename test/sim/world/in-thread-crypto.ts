import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  KeyObject,
  pbkdf2Sync,
  sign,
  verify,
} from 'node:crypto';

/**
 * WebCrypto, computed in this thread: the results are those of Node's own, but no thread pool decides when they arrive. Whose
 * turn it is decides: the server gets a result at once; in a tab it is an event of its own, between which others can come.
 */
export type Deferral = (deliver: () => void) => void;

const atOnce: Deferral = (deliver) => deliver();
let deferral: Deferral = atOnce;

/** From now on results are delivered as `next` sees fit; without it, at once. */
export function deliverCryptoBy(next: Deferral | null): void {
  deferral = next ?? atOnce;
}

type Data = Uint8Array | ArrayBuffer;
type Algorithm = {
  name: string;
  hash?: string;
  salt?: Data;
  info?: Data;
  iterations?: number;
  iv?: Data;
  additionalData?: Data;
};

/** A key whose bytes never leave this file, as `importKey('raw', …)` and `deriveKey` make them. */
interface RawKey {
  readonly raw: Buffer;
}

const bytes = (data: Data | undefined): Buffer => {
  if (data === undefined) return Buffer.alloc(0);
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
};
const buffer = (data: Buffer): ArrayBuffer => new Uint8Array(data).buffer;
const rawOf = (key: unknown): Buffer => (key as RawKey).raw;

const tagLength = 16;
const objects = new WeakMap<object, KeyObject>();

const objectOf = (key: CryptoKey): KeyObject => {
  const known = objects.get(key) ?? KeyObject.from(key);
  objects.set(key, known);
  return known;
};

const refuse = (what: string): never => {
  throw new Error(`The simulation knows no ${what}; teach it in in-thread-crypto.ts.`);
};

const operations: Record<string, (...args: never[]) => unknown> = {
  digest(algorithm: string | Algorithm, data: Data) {
    const name = typeof algorithm === 'string' ? algorithm : algorithm.name;
    return buffer(
      createHash(name === 'SHA-256' ? 'sha256' : refuse(name))
        .update(bytes(data))
        .digest(),
    );
  },
  importKey(format: string, data: Data): RawKey {
    return format === 'raw' ? { raw: Buffer.from(bytes(data)) } : refuse(`key format ${format}`);
  },
  deriveKey({ name, salt, info }: Algorithm, key: unknown): RawKey {
    if (name !== 'HKDF') refuse(name);
    return { raw: Buffer.from(hkdfSync('sha256', rawOf(key), bytes(salt), bytes(info), 32)) };
  },
  deriveBits({ name, salt, iterations = 1 }: Algorithm, key: unknown, length: number) {
    if (name !== 'PBKDF2') refuse(name);
    return buffer(pbkdf2Sync(rawOf(key), bytes(salt), iterations, length / 8, 'sha256'));
  },
  encrypt({ iv, additionalData }: Algorithm, key: unknown, data: Data) {
    const cipher = createCipheriv('aes-256-gcm', rawOf(key), bytes(iv)).setAAD(bytes(additionalData));
    return buffer(Buffer.concat([cipher.update(bytes(data)), cipher.final(), cipher.getAuthTag()]));
  },
  decrypt({ iv, additionalData }: Algorithm, key: unknown, data: Data) {
    const sealed = bytes(data);
    const cipher = createDecipheriv('aes-256-gcm', rawOf(key), bytes(iv)).setAAD(bytes(additionalData));
    cipher.setAuthTag(sealed.subarray(-tagLength));
    return buffer(Buffer.concat([cipher.update(sealed.subarray(0, -tagLength)), cipher.final()]));
  },
  sign(_algorithm: string | Algorithm, key: CryptoKey | RawKey, data: Data) {
    if ('raw' in key) return buffer(createHmac('sha256', key.raw).update(bytes(data)).digest());
    return buffer(sign('sha256', bytes(data), { key: objectOf(key), dsaEncoding: 'ieee-p1363' }));
  },
  verify(_algorithm: Algorithm, key: CryptoKey, signature: Data, data: Data) {
    return verify('sha256', bytes(data), { key: objectOf(key), dsaEncoding: 'ieee-p1363' }, bytes(signature));
  },
};

const settle = (work: () => unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    try {
      const result = work();
      deferral(() => resolve(result));
    } catch (error) {
      deferral(() => reject(error));
    }
  });

for (const [name, operation] of Object.entries(operations)) {
  Object.defineProperty(crypto.subtle, name, {
    configurable: true,
    value: (...args: never[]) => settle(() => operation(...args)),
  });
}
