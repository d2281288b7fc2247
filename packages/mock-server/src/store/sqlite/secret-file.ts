import { chmodSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { base64url } from 'jose';
import { givenSecrets, type KeySecrets } from '../../tokens/key-wrapping.ts';
import { systemRandom } from '../../tokens/random.ts';

/**
 * `latchkey.secret` beside `latchkey.sqlite`. A database of that very name gets `latchkey.secret.secret`: one file cannot be both, and
 * some file systems know no capitals.
 */
export function secretFileOf(database: string): string {
  const beside = `${database.replace(/\.[^./\\]*$/, '')}.secret`;
  return beside.toLowerCase() === database.toLowerCase() ? `${database}.secret` : beside;
}

/**
 * A secret in a file of its own, readable to its owner only, made when it is first needed. It keeps a copy of the database from being
 * enough to sign; a copy of the whole folder is.
 */
export function secretInFile(path: string): KeySecrets {
  const read = (): string | null => {
    try {
      const secret = readFileSync(path, 'utf8').trim();
      if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
      return secret;
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return null;
      throw error;
    }
  };
  return {
    place: path,
    toOpen: () => givenOr(read(), path),
    toSeal: () => givenOr(read() ?? made(path) ?? read(), path)[0] as string,
  };
}

/** For a database that ends with the process, so does its secret. */
export function secretInMemory(): KeySecrets {
  return givenSecrets(newSecret(), 'memory');
}

const newSecret = (): string => base64url.encode(systemRandom(32));

const givenOr = (secret: string | null, path: string): readonly string[] =>
  secret === null ? [] : givenSecrets(secret, path).toOpen();

/** Null where another process was faster. The file appears with everything in it. */
function made(path: string): string | null {
  const secret = newSecret();
  const draft = `${path}.${base64url.encode(systemRandom(6))}`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
    return secret;
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    return null;
  } finally {
    unlinkSync(draft);
  }
}
