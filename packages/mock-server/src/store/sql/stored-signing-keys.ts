import { exportJWK, importJWK, type JWK } from 'jose';
import { isSealed, type KeySecrets, openText, sealText } from '../../tokens/key-wrapping.ts';
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
  readonly stored: readonly StoredKey[];
  readonly keys: readonly SigningKey[];
}

/**
 * Signing keys in a database, wrapped with a secret that is not in it: whoever has a copy of the database cannot sign. Servers over
 * the same database need the same secret; they share the keys, and see what one of them changed at their next request.
 */
export function storedSigningKeys(settings: Settings, secrets: KeySecrets): SigningKeys {
  let latest: Promise<Loaded> = Promise.resolve({ text: null, stored: [], keys: [] });

  async function present(): Promise<Loaded> {
    const text = await settings.read(setting);
    const known = await latest;
    if (known.text === text) return known;
    const read = parsed(text, secrets);
    // A text that cannot be read is not remembered.
    latest = read.catch(() => known);
    return read;
  }

  async function change(next: (keys: readonly SigningKey[]) => readonly SigningKey[]): Promise<readonly SigningKey[]> {
    const { text, stored, keys } = await present();
    const changed = next(keys);
    const wrapped = await sealText(await serialized(changed, stored), secrets.toSeal());
    const saved = await settings.replace(setting, text, wrapped);
    return saved ? changed : change(next);
  }

  const newKey = () => newSigningKey({ extractable: true });

  async function load(): Promise<readonly SigningKey[]> {
    const { text, keys } = await present();
    if (keys.length > 0 && text !== null && isSealed(text)) return keys;
    const first = await newKey();
    // Another server may have been faster.
    return change((found) => (found.every(isWithdrawn) ? [first, ...found] : found));
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

/** Keys that lay in the database in plain sign nothing more and open nothing: copies of it may be anywhere. */
const isWithdrawn = ({ verifiesApiUntil }: SigningKey): boolean => verifiesApiUntil === 0;

async function parsed(text: string | null, secrets: KeySecrets): Promise<Loaded> {
  const stored = await storedIn(text, secrets);
  return { text, stored, keys: await Promise.all(stored.map(imported)) };
}

async function storedIn(text: string | null, secrets: KeySecrets): Promise<readonly StoredKey[]> {
  if (text === null) return [];
  // A version before this one kept them like that.
  if (!isSealed(text)) return (JSON.parse(text) as readonly StoredKey[]).map(withdrawn);
  const opened = await openText(text, secrets.toOpen());
  if (opened === null) throw new Error(notOpened(secrets));
  return JSON.parse(opened) as readonly StoredKey[];
}

/** They only prove old pairs genuine at logout from now on. */
const withdrawn = (key: StoredKey): StoredKey => ({
  ...key,
  replacedAt: key.replacedAt ?? Date.now(),
  verifiesApiUntil: 0,
});

const notOpened = ({ place, toOpen }: KeySecrets): string =>
  toOpen().length === 0
    ? `The secret that the signing keys in the database are wrapped with is missing. It was in ${place}: put it back there.`
    : `The signing keys in the database are wrapped with another secret than the one in ${place}. Give that one. If it is lost, delete the row 'signing-keys' of the table settings: a new key is made, and everybody's access token is refused once.`;

async function imported({ kid, jwk, replacedAt, verifiesApiUntil }: StoredKey): Promise<SigningKey> {
  const { d: _private, ...open } = jwk;
  // An ECDSA key is a CryptoKey; only symmetric ones come as bytes.
  const read = async (form: JWK) => (await importJWK(form, 'ES256')) as CryptoKey;
  return { kid, privateKey: await read(jwk), publicKey: await read(open), replacedAt, verifiesApiUntil };
}

/** Keys that were read cannot be exported any more; their halves are taken from what they were read from. */
async function serialized(keys: readonly SigningKey[], before: readonly StoredKey[]): Promise<string> {
  const known = new Map(before.map(({ kid, jwk }) => [kid, jwk]));
  const stored = keys.map(async ({ kid, privateKey, replacedAt, verifiesApiUntil }): Promise<StoredKey> => {
    return { kid, jwk: known.get(kid) ?? (await exportJWK(privateKey)), replacedAt, verifiesApiUntil };
  });
  return JSON.stringify(await Promise.all(stored));
}
