import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import * as errors from './errors.ts';

const all = [
  new errors.NotSignedInError(),
  new errors.LoginRequiredError('window-passed'),
  new errors.LoginFailedError('no'),
  new errors.RefreshRejectedError('invalid_grant'),
  new errors.RefreshUnavailableError('no answer'),
  new errors.SessionChangedError(),
  new errors.NotReplayableError(new Response(null, { status: 401 })),
  new errors.StorageError(),
  new errors.ConfigurationError('odd'),
];

it('gives every error a literal name, a code of its own and a guard that knows it', () => {
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  for (const error of all) {
    expect(error.name).toMatch(/Error$/);
    expect(error.constructor.name).toBe(error.name);
    expect(error).toBeInstanceOf(errors.AuthError);
    expect(errors.isAuthError(error)).toBe(true);
    // From another copy of the package, or another realm.
    for (const foreign of [new Error(error.message), runInNewContext('new Error()')]) {
      expect(errors.isAuthError(Object.assign(foreign, { code: error.code, retryable: false }))).toBe(true);
    }
  }
  for (const other of [
    new Error('x'),
    Object.assign(new Error('x'), { code: 'ENOENT' }),
    null,
    undefined,
    {},
    'ERR_STORAGE',
  ]) {
    expect(errors.isAuthError(other)).toBe(false);
  }
});

it('says what may be tried again', () => {
  expect(all.filter(({ retryable }) => retryable).map(({ name }) => name)).toEqual(['RefreshUnavailableError']);
});
