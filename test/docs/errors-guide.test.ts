import { readFileSync } from 'node:fs';
import * as client from '@latchkey/client';
import { expect, test } from 'vitest';

const guide = readFileSync(new URL('../../docs/guides/errors.md', import.meta.url), 'utf8');

/** Name and code of each row. */
const rows = [...guide.matchAll(/^\| `(\w+Error)`<br>`(ERR_\w+)` +\| (.+?) +\| (.+?) +\|$/gm)];

/** What each error that can be imported says of itself. */
const exported = Object.entries(client).flatMap(([name, value]) => {
  if (!name.endsWith('Error') || name === 'AuthError' || name === 'isAuthError') return [];
  const ErrorClass = value as new (argument: unknown) => client.AuthError;
  const error = new ErrorClass(name === 'NotReplayableError' ? new Response() : 'window-passed');
  return [[error.name, error.code]];
});

test('the guide has a row for every error that can be imported, with its code', () => {
  expect(exported.length).toBe(9);
  expect(rows.map(([, name, code]) => [name, code]).sort()).toEqual(exported.sort());
});

test('every row says when and what to do', () => {
  for (const [row, , , when, whatToDo] of rows) {
    expect(when?.length, row).toBeGreaterThan(20);
    expect(whatToDo?.length, row).toBeGreaterThan(10);
  }
});

test('the guide speaks of no other error of this package', () => {
  const names = new Set([...guide.matchAll(/`(\w+Error)`/g)].map(([, name]) => name));
  const others = [...names].filter((name) => !exported.some(([known]) => known === name));
  expect(others.sort()).toEqual(['AbortError', 'AuthError', 'HTTPError', 'TypeError']);
});
