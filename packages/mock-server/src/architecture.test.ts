import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(test|contract)\.ts$|^testing\//.test(file))
  .map((file) => readFileSync(`${root}/${file}`, 'utf8'));

const importsOf = (text: string) => [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');

it('imports jose and, where they are for, msw and pg; nothing of the client', () => {
  expect(sources.length).toBeGreaterThan(40);
  const packages = sources.flatMap(importsOf).filter((name) => !/^[.]|^node:/.test(name));
  expect([...new Set(packages)].sort()).toEqual(['jose', 'msw', 'msw/browser', 'pg']);
});

it('what is kept, counted or signed knows nothing of HTTP (OS11)', () => {
  const below = ['store', 'tokens', 'limits', 'users', 'rules', 'sessions', 'indexeddb', 'log'];
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => below.includes(file.split(/[/\\]/)[0] ?? '') && /(?<!\.test|\.contract)\.ts$/.test(file))
    .map((file) => [file, importsOf(readFileSync(`${root}/${file}`, 'utf8'))] as const);
  expect(files.length).toBeGreaterThan(30);
  const upward = files.filter(([, names]) => names.some((name) => /\/(http|endpoints)\//.test(name)));
  expect(upward.map(([file]) => file)).toEqual([]);
});

it('ending a session that has not ended is written once (OS11)', () => {
  const endpoints = readdirSync(`${root}/endpoints`).filter((file) => !file.endsWith('.test.ts'));
  const texts = endpoints.map((file) => readFileSync(`${root}/endpoints/${file}`, 'utf8'));
  expect(texts.filter((text) => /\brevocation\(/.test(text))).toEqual([]);
});
