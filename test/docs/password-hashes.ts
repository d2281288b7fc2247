import { pbkdf2 } from '@latchkey/mock-server';
import { nodePasswordHasher } from '@latchkey/mock-server/node';
import { code, table } from './markdown.ts';

/** How passwords are kept: the part of each hash that is the same for every password. */
export async function tellPasswordHashes(): Promise<string> {
  const hashers = {
    'argon2id, the best that Node has': nodePasswordHasher({ algorithm: 'argon2id' }),
    'scrypt, where Node has no argon2id': nodePasswordHasher({ algorithm: 'scrypt' }),
    'PBKDF2-HMAC-SHA-256, on any platform': pbkdf2(),
  };
  const rows = [];
  for (const [name, hasher] of Object.entries(hashers)) {
    const hash = await hasher.hash('correct horse');
    rows.push([name, code(`${hash.split('$').slice(0, -2).join('$')}$(salt)$(hash)`)]);
  }
  return table(['by', 'stored as'], rows);
}
