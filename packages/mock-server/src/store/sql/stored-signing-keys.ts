import { exportJWK, importJWK, type JWK } from 'jose';
import { newSigningKey, type SigningKey, type SigningKeys } from '../../tokens/signing-keys.ts';
import type { Settings } from './settings.ts';

const setting = 'signing-keys';

interface StoredKey {
  readonly kid: string;
  readonly jwk: JWK;
  readonly replacedAt: number | null;
  readonly verifiesApiUntil: number | null;
}

/** The keys as they were when the database held this text. */
interface Loaded {
  readonly text: string | null;
  readonly keys: readonly SigningKey[];
}

/**
 * Signing keys in a database, private halves included: whoever can read it can sign. Servers over the same database share
 * them, and see what one of them changed at their next request.
 */
export function storedSigningKeys(settings: Settings): SigningKeys {
  let latest: Promise<Loaded> = Promise.resolve({ text: null, keys: [] });

  async function present(): Promise<Loaded> {
    const text = await settings.read(setting);
    const known = await latest;
    if (known.text === text) return known;
    const read = parsed(text);
    // A text that cannot be read is not remembered.
    latest = read.catch(() => known);
    return read;
  }

  async function change(next: (keys: readonly SigningKey[]) => readonly SigningKey[]): Promise<readonly SigningKey[]> {
    const { text, keys } = await present();
    const changed = next(keys);
    const saved = await settings.replace(setting, text, await serialized(changed, text));
    return saved ? changed : change(next);
  }

  const newKey = () => newSigningKey({ extractable: true });

  async function load(): Promise<readonly SigningKey[]> {
    const { keys } = await present();
    if (keys.length > 0) return keys;
    const first = await newKey();
    // Another server may have been faster.
    return change((found) => (found.length === 0 ? [first] : found));
  }

  return {
    newKey,
    load,
    async update(next) {
      await load();
      await change(next);
    },
  };
}

async function parsed(text: string | null): Promise<Loaded> {
  const stored = JSON.parse(text ?? '[]') as readonly StoredKey[];
  return { text, keys: await Promise.all(stored.map(imported)) };
}

async function imported({ kid, jwk, replacedAt, verifiesApiUntil }: StoredKey): Promise<SigningKey> {
  const { d: _private, ...open } = jwk;
  // An ECDSA key is a CryptoKey; only symmetric ones come as bytes.
  const read = async (form: JWK) => (await importJWK(form, 'ES256')) as CryptoKey;
  return { kid, privateKey: await read(jwk), publicKey: await read(open), replacedAt, verifiesApiUntil };
}

/** Keys that were read cannot be exported any more; their halves are taken from the text they came from. */
async function serialized(keys: readonly SigningKey[], before: string | null): Promise<string> {
  const known = new Map((JSON.parse(before ?? '[]') as readonly StoredKey[]).map(({ kid, jwk }) => [kid, jwk]));
  const stored = keys.map(async ({ kid, privateKey, replacedAt, verifiesApiUntil }): Promise<StoredKey> => {
    return { kid, jwk: known.get(kid) ?? (await exportJWK(privateKey)), replacedAt, verifiesApiUntil };
  });
  return JSON.stringify(await Promise.all(stored));
}
