import { execFileSync } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createAuthClient } from '@latchkey/client/core';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { allInvariants } from './invariants/all-invariants.ts';
import { allMutants } from './mutants/all-mutants.ts';
import { mutate, readClientSources } from './mutants/mutate.ts';
import { anyProgram } from './program/arbitrary-program.ts';
import { describeFinding, search } from './search.ts';
import { simulate } from './simulate.ts';
import type { CreateClient } from './world/page.ts';

const options = { createClient: createAuthClient, invariants: allInvariants };
const sources = readClientSources();

it('a run follows from its program alone', async () => {
  for (const program of fc.sample(anyProgram, { numRuns: 40, seed: 3 })) {
    const once = await simulate(program, options);
    expect(await simulate(program, options)).toEqual(once);
  }
});

// Were two turns of the event loop too few, more of them would change what happens.
it('whatever one happening sets off has come to rest before the next', async () => {
  for (const program of fc.sample(anyProgram, { numRuns: 40, seed: 4 })) {
    expect(await simulate(program, { ...options, turns: 8 })).toEqual(await simulate(program, options));
  }
});

describe('a broken promise', () => {
  /** A client that tells nobody of a logout. */
  const forgetful: CreateClient = (given) => {
    const client = createAuthClient(given);
    const storage = given.storage as Storage;
    return Object.create(client, {
      logout: {
        value: async () => {
          storage.removeItem('latchkey');
          return { local: 'cleared', server: 'revoked' };
        },
      },
    }) as typeof client;
  };

  test('is found, shown by its smallest program, and shown again by seed and path', async () => {
    const finding = await search({ createClient: forgetful, runs: 500, seed: 5 });
    expect(finding?.violation).toMatch(/should be dead on the server|shows|one logout sends/);
    expect(finding?.program.commands.length).toBeLessThan(3);
    const text = finding && describeFinding(finding);
    expect(text).toContain(`pnpm sim --seed=5 --path=${finding?.path}`);
    const again = await search({ createClient: forgetful, runs: 1, seed: 5, path: finding?.path });
    expect(again?.trace).toEqual(finding?.trace);
    expect(again?.program).toEqual(finding?.program);
  });
});

test.each(allMutants.map((mutant) => [mutant.name, mutant] as const))(
  'there is a guard to take out: %s',
  (_name, mutant) => {
    const changed = [...mutate(sources, mutant)];
    expect(changed).not.toEqual([]);
    for (const [path, source] of changed) expect(() => stripTypeScriptTypes(source), path).not.toThrow();
  },
);

// Each is found within the first programs; `pnpm sim:mutants` takes out all of them.
test('the simulation finds that guards are missing', () => {
  const few = ['lock: nobody takes it', 'another tab was faster', 'lock: given back before the write'];
  const main = fileURLToPath(new URL('mutants/main.ts', import.meta.url));
  const output = execFileSync(process.execPath, [main, '--runs=50', `--only=${few.join()}`], { encoding: 'utf8' });
  for (const name of few) expect(output).toContain(name);
  expect(output).not.toContain('not found');
});
