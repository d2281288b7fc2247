import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('the README quotes the sizes that are checked', () => {
  const limits = (JSON.parse(read('.size-limit.json')) as { limit: string }[]).map(({ limit }) => limit);
  const quoted = [...read('README.md').matchAll(/at most (\d+\.\d kB)/g)].map(([, size]) => size);
  expect(quoted).toEqual(limits);
});
