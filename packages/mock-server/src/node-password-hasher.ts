import nodeCrypto from 'node:crypto';
import { promisify } from 'node:util';
import { equalDigests } from './tokens/digest.ts';
import { type PasswordHasher, pbkdf2 } from './users/password-hasher.ts';

interface Cost {
  readonly name: 'argon2id' | 'scrypt';
  /** As the PHC string has them. */
  readonly parameters: string;
}

const saltLength = 16;
const keyLength = 32;
const mebibyte = 1_024 * 1_024;
const argon2Form = /^v=19\$m=(\d+),t=(\d+),p=(\d+)$/;
const scryptForm = /^ln=(\d+),r=(\d+),p=(\d+)$/;
const phcForm = /^\$(argon2id|scrypt)\$(.+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** OWASP's parameters: 19 MiB, two passes, one lane; and 128 MiB for scrypt, which every Node has. */
const strongCosts: Readonly<Record<Cost['name'], Cost>> = {
  argon2id: { name: 'argon2id', parameters: 'v=19$m=19456,t=2,p=1' },
  scrypt: { name: 'scrypt', parameters: 'ln=17,r=8,p=1' },
};

/** A stored hash that asks for more than these is refused: it would be a way to stop the server. */
const most = { memory: 256 * mebibyte, passes: 10, lanes: 4 };

/**
 * Argon2id where this Node has it (24.7 and later), else scrypt, in PHC strings; it also checks hashes of the other one and of
 * `pbkdf2()`, and says that they are stale.
 *
 * @example createAuthServer({ users, passwordHasher: nodePasswordHasher() });
 */
export function nodePasswordHasher(options: { algorithm?: 'argon2id' | 'scrypt' } = {}): PasswordHasher {
  const cost = strongCosts[options.algorithm ?? (typeof nodeCrypto.argon2 === 'function' ? 'argon2id' : 'scrypt')];
  const older = pbkdf2();

  return {
    async hash(password) {
      const salt = nodeCrypto.randomBytes(saltLength);
      const key = await derive(cost, password, salt);
      return `$${cost.name}$${cost.parameters}$${unpadded(salt)}$${unpadded(key ?? salt)}`;
    },
    async verify(password, hash) {
      const [, name, parameters, salt, key] = phcForm.exec(hash) ?? [];
      if (name === undefined || parameters === undefined || salt === undefined || key === undefined) {
        return older.verify(password, hash);
      }
      const derived = await derive({ name: name as Cost['name'], parameters }, password, Buffer.from(salt, 'base64'));
      return derived !== null && equalDigests(unpadded(derived), key);
    },
    isStale: (hash) => !hash.startsWith(`$${cost.name}$${cost.parameters}$`),
    async waste(password) {
      await derive(cost, password, Buffer.alloc(saltLength));
    },
    costOf(hash) {
      const [, name, parameters] = phcForm.exec(hash) ?? [];
      return name === undefined ? (older.costOf?.(hash) ?? null) : `${name} ${parameters}`;
    },
  };
}

/** Null for parameters that cannot be met. */
async function derive({ name, parameters }: Cost, password: string, salt: Buffer): Promise<Buffer | null> {
  const [, first, second, third] = (name === 'scrypt' ? scryptForm : argon2Form).exec(parameters) ?? [];
  if (first === undefined) return null;
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  return name === 'scrypt' ? deriveByScrypt(password, salt, a, b, c) : deriveByArgon2(password, salt, a, b, c);
}

async function deriveByScrypt(
  password: string,
  salt: Buffer,
  log2: number,
  r: number,
  p: number,
): Promise<Buffer | null> {
  const memory = 128 * 2 ** log2 * r;
  if (memory > most.memory || p > most.lanes || p < 1 || r < 1 || log2 < 1) return null;
  // Node's own limit is below what OWASP asks for, and it throws.
  const limits = { N: 2 ** log2, r, p, maxmem: 2 * memory };
  return new Promise((resolve, reject) => {
    nodeCrypto.scrypt(password, salt, keyLength, limits, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

async function deriveByArgon2(
  password: string,
  nonce: Buffer,
  memory: number,
  passes: number,
  lanes: number,
): Promise<Buffer | null> {
  if (typeof nodeCrypto.argon2 !== 'function') return null;
  if (memory * 1_024 > most.memory || passes > most.passes || lanes > most.lanes || passes < 1 || lanes < 1)
    return null;
  if (memory < 8 * lanes) return null;
  const parameters = { message: password, nonce, parallelism: lanes, tagLength: keyLength, memory, passes };
  return promisify(nodeCrypto.argon2)('argon2id', parameters);
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
