import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// Kind: a test copies a number of the sources, the number changes, and the test checks less or nothing, and stays green.

const root = fileURLToPath(new URL('..', import.meta.url));
const filesIn = (folder: string): [path: string, text: string][] =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => [`${folder}/${name}`, readFileSync(`${root}${folder}/${name}`, 'utf8')]);

const number = String.raw`[\d(][\d_ ()*+-]*`;
/** Constants of a file that are numbers, by name: `const expiryMargin = 60_000;`, and the members of tables of defaults. */
const numbersIn = (text: string, withMembers: boolean): string[] => [
  ...[...text.matchAll(new RegExp(String.raw`^(?:export )?const (\w+)(?:: number)? = ${number};$`, 'gm'))].map(
    ([, name = '']) => name,
  ),
  ...(withMembers
    ? [...text.matchAll(new RegExp(String.raw`^ {2}(\w+): ${number}(?:\* \w+)?,$`, 'gm'))].map(([, name = '']) => name)
    : []),
];

/** What everybody calls so, and what no source can change. */
const common = new Set(['second', 'minute', 'hour', 'day', 'week']);

it('no test gives a number of its own to the name of a constant or a default of the sources (OS10)', () => {
  const known = new Set(
    ['packages/client/src', 'packages/mock-server/src']
      .flatMap(filesIn)
      .filter(([path]) => !path.endsWith('.test.ts'))
      .flatMap(([, text]) => numbersIn(text, true))
      .filter((name) => !common.has(name)),
  );
  expect([...known]).toEqual(expect.arrayContaining(['outboxCapacity', 'refreshTimeout', 'expiryMargin', 'accessTtl']));
  const copies = ['test/sim', 'test/scenarios', 'test/docs', 'test/adapters', 'test/support']
    .flatMap(filesIn)
    .flatMap(([path, text]) =>
      numbersIn(text, false)
        .filter((name) => known.has(name))
        .map((name) => `${path}: ${name}`),
    );
  expect(copies).toEqual([]);
});

it.each([
  'const refreshTimeout = 15_000;',
  'export const expiryMargin: number = 60_000;',
  'const outboxCapacity = 8;',
  'const accessTtl = 20 * (60 + 0) * 1_000;',
])('a copy is found: %s (OS10)', (line) => {
  expect(numbersIn(`x\n${line}\ny`, false)).toHaveLength(1);
});
