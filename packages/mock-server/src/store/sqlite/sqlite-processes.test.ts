import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { someFamily, someToken } from '../../testing/rows.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { fleetContract } from '../sql/fleet.contract.ts';
import { sqliteServerState } from './sqlite-server-state.ts';
import { sqliteStore } from './sqlite-store.ts';

const rotating = fileURLToPath(new URL('../../testing/rotate-until-killed.ts', import.meta.url));

/** Kills the process as soon as it has said `mark`. Returns the last generation it promised. */
async function killedAt(mark: number, file: string, target: number): Promise<number> {
  const child = spawn(process.execPath, [rotating, file, String(target)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const promised = () => Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1) ?? 0);
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (promised() >= mark) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return promised();
}

it('kills in the middle of 1,000 rotations lose none and double none', { timeout: 120_000 }, async () => {
  const [file, target] = [temporaryFolder()('sessions.sqlite'), 1_001];
  const first = sqliteStore({ file });
  await first.open(someFamily(), someToken());
  await first.close();

  const kills: number[] = [];
  for (let mark = 60; ; mark += 137) {
    const promised = await killedAt(mark, file, target);
    const store = sqliteStore({ file });
    const [session] = await store.list();
    await store.close();
    const generation = session?.family.generation ?? 0;
    // At most the one rotation that nobody was told of may have happened, too.
    expect(generation - promised).toBeOneOf([0, 1]);
    expect(session?.tokens.map(({ hash, status }) => `${hash} ${status}`)).toEqual(
      Array.from(
        { length: generation },
        (_, index) => `hash-${index + 1} ${index + 1 < generation ? 'rotated' : 'current'}`,
      ),
    );
    if (generation === target) break;
    kills.push(generation);
  }
  expect(kills.length).toBeGreaterThan(5);
});

fleetContract('SQLite', async () => {
  const database = temporaryFolder()('shared.sqlite');
  const state = sqliteServerState({ file: database });
  onTestFinished(() => state.close());
  return { database, state };
});
