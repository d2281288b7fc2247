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
