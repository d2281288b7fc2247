import { parseArgs } from 'node:util';
import { genuineFor, resolvePolicy } from '../policy.ts';
import { newSigningKey, rotated } from '../tokens/signing-keys.ts';
import { databaseOf } from './command-line.ts';
import { Failure, misuse, reasonOf } from './failure.ts';
import { openDatabase, placeOf } from './open-state.ts';

export const rotateKeyUsage = `Replaces a signing key that has leaked, or may have.

  latchkey-mock-server rotate-key --db latchkey.sqlite

The database can stand in the environment variable LATCHKEY_DB, too.

A new key signs from now on. Access tokens that the old one signed open nothing from now on: clients refresh once, and nobody has
to log in again. Servers that run over the database take the new key at their next request.
`;

/**
 * Replaces the key that signs in a database. Returns what to say.
 *
 * @throws Failure for what whoever runs the command can put right.
 */
export async function rotateKey(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const { db, help } = readArguments(args);
  if (help) return rotateKeyUsage;
  const named = db ?? environment['LATCHKEY_DB'];
  if (named === undefined) throw misuse('rotate-key needs --db. See rotate-key --help.');
  const database = databaseOf(named);
  if (database === 'memory') throw misuse('A key in memory is gone when its server ends: start that again.');
  const { signingKeys, close } = await openDatabase(database);
  try {
    const newest = await (signingKeys.newKey ?? newSigningKey)();
    await signingKeys.update((present) =>
      rotated(present, newest, { now: Date.now(), overlap: 0, genuineFor: genuineFor(resolvePolicy()) }),
    );
    return `Key ${newest.kid} signs from now on in ${placeOf(database)}.\n`;
  } catch (error) {
    throw new Failure(`The key cannot be replaced: ${reasonOf(error)}.`, 1, { cause: error });
  } finally {
    await close();
  }
}

function readArguments(args: readonly string[]): { db?: string | undefined; help?: boolean | undefined } {
  try {
    return parseArgs({ args: [...args], options: { db: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
      .values;
  } catch {
    throw misuse('rotate-key takes --db and nothing else. See rotate-key --help.');
  }
}
