import { createCipheriv, createHash, hkdfSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { tellExamples } from './examples.ts';
import { tellDefaults, tellLimits } from './limits.ts';
import { tellLogoutCells } from './logout-cells.ts';
import { expectSection, read, sectionNames } from './marked-section.ts';
import { tellPasswordHashes } from './password-hashes.ts';
import { tellRefusals } from './refusals/refusal-tables.ts';
import { tellRotation } from './rotation.ts';
import { tellSequences } from './sequence-diagrams.ts';
import { tellAccessToken, tellStoredValues, tellTwoLimits } from './token-formats.ts';

const seen = new Map<string, string>();
const failures: unknown[] = [];
let descriptions: readonly string[] = [];

const tellers: readonly (() => Promise<Iterable<readonly [name: string, text: string]>>)[] = [
  async () => [['the two limits', await tellTwoLimits()]],
  async () => [['defaults', tellDefaults()]],
  async () => [['access token', await tellAccessToken()]],
  async () => [['stored values', await tellStoredValues()]],
  async () => [['rotation', await tellRotation()]],
  async () => [['limits', await tellLimits()]],
  async () => [['password hashes', await tellPasswordHashes()]],
  tellExamples,
  async () => {
    const { table, codes } = await tellLogoutCells();
    return [
      ['logout table', table],
      ['logout codes', codes],
    ];
  },
  async () => {
    const refusals = await tellRefusals();
    descriptions = refusals.descriptions;
    return [...refusals.tables].map(([name, text]) => [`refusals: ${name}`, text] as const);
  },
  async () => [...(await tellSequences())].map(([name, text]) => [`sequence: ${name}`, text] as const),
];

beforeAll(async () => {
  for (const tell of tellers) {
    try {
      for (const [name, text] of await tell()) seen.set(name, text);
    } catch (failure) {
      failures.push(failure);
    }
  }
}, 120_000);

it.each(sectionNames('protocol.md'))('the protocol tells what the running server does: %s', (name) => {
  const text = seen.get(name);
  if (text === undefined) throw new AggregateError(failures, `Nothing was seen of this. ${failures.join(' ')}`);
  expectSection('protocol.md', name, text);
});

it('nothing that was seen of the server is left out of the protocol', () => {
  expect([...seen.keys()].sort()).toEqual(sectionNames('protocol.md').sort());
});

it('every sentence with which the server refuses is among the refusals', () => {
  const source = fileURLToPath(new URL('../../packages/mock-server/src/', import.meta.url));
  const files = ['endpoints', 'http'].flatMap((folder) => filesIn(source, folder));
  const sentences = files.flatMap((file) => sentencesIn(readFileSync(source + file, 'utf8')));
  expect(sentences.length).toBeGreaterThan(20);
  const untold = sentences.filter((sentence) => !descriptions.some((told) => patternOf(sentence).test(told)));
  expect(untold).toEqual([]);
});

const filesIn = (source: string, folder: string): string[] =>
  readdirSync(source + folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`);

/** String literals that end in a full stop, outside of comments. */
function sentencesIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(/(['`])([A-Za-z][^'`\n]*\.)\1/g)]
    .map((match) => match[2] ?? '')
    .filter((text) => text.includes(' '));
}

/** The sentence with anything in the place of what is put into it. */
const patternOf = (sentence: string): RegExp =>
  new RegExp(
    `^${sentence
      .split(/\$\{.*?\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  );

it('the stored values can be computed by the formulas beside them', () => {
  const rows = [...(seen.get('stored values') ?? '').matchAll(/^\| (.+?) +\| `(.+?)` +\|$/gm)];
  const value = Object.fromEntries(rows.map((row) => [row[1] ?? '', row[2] ?? '']));
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
  const token = value['refresh token'] ?? '';
  const idempotencyKey = value['Idempotency-Key'] ?? '';
  expect(value['logout ticket']).toBe(digest(`revoke:v1:${token}`));
  expect(value['`token_hash`']).toBe(digest(`rt:v1:${token}`));
  expect(value['`revoke_verifier`']).toBe(digest(value['logout ticket'] ?? ''));
  expect(value['`idem_key_hash`']).toBe(digest(idempotencyKey));
  const nonce = Buffer.from(value['nonce'] ?? '', 'base64url');
  const key = new Uint8Array(hkdfSync('sha256', token, idempotencyKey, 'latchkey:successor:v1', 32));
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(value['`token_hash`'] ?? ''));
  const sealed = Buffer.concat([cipher.update(value['its successor'] ?? '', 'utf8'), cipher.final()]);
  expect(value['`successor_ct`']).toBe(Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url'));
});

it.each(['protocol.md', 'should-logout-be-authenticated.md'] as const)('the links in %s meet a heading', (document) => {
  const links = [...read(document).matchAll(/\]\(([\w-]+\.md)?#([\w-]+)\)/g)];
  expect(links.length).toBeGreaterThan(2);
  const missing = links.filter(([, target, anchor]) => !anchorsOf(target ?? document).includes(anchor ?? ''));
  expect(missing.map(([link]) => link)).toEqual([]);
});

const anchorsOf = (document: string): string[] =>
  [...readFileSync(new URL(`../../docs/${document}`, import.meta.url), 'utf8').matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/ /g, '-'),
  );
