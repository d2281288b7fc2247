import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(test|contract)\.ts$|^testing\//.test(file))
  .map((file) => ({ file, text: readFileSync(`${root}/${file}`, 'utf8') }));

const importsOf = (text: string) => [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');

it('runs wherever there are Request and Response: only the HTTP mount needs Node', () => {
  expect(sources.length).toBeGreaterThan(40);
  for (const { file, text } of sources) {
    if (['node.ts', 'cli.ts'].includes(file) || file.startsWith('node/')) continue;
    expect([file, importsOf(text).filter((name) => name.startsWith('node:'))]).toEqual([file, []]);
    expect([file, /\b(process\.(env|exit|nextTick|on)|Buffer\.|require\()/.test(text)]).toEqual([file, false]);
  }
});

it('imports jose and, in its mount, msw; nothing of the client', () => {
  const packages = sources.flatMap(({ text }) => importsOf(text)).filter((name) => !/^[.]|^node:/.test(name));
  expect([...new Set(packages)].sort()).toEqual(['jose', 'msw', 'msw/browser']);
});

it('keeps its files short enough to read', () => {
  for (const { file, text } of sources) expect([file, text.split('\n').length > 201]).toEqual([file, false]);
});
