import { generateKeyPairSync } from 'node:crypto';
import type { SigningKey, SigningKeys } from '@latchkey/mock-server';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };

const key: SigningKey = {
  kid: 'simulation',
  // Extractable, so that the signatures can be made in this thread.
  privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']) as CryptoKey,
  publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']) as CryptoKey,
  replacedAt: null,
  verifiesApiUntil: null,
};

/** One key for all simulated servers: making one for each would take longer than the rest of a run. */
export const signingKeys: SigningKeys = {
  load: async () => [key],
  update: async () => {
    throw new Error('Keys are not rotated in the simulation.');
  },
};
