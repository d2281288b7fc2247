import { expect, it } from 'vitest';
import { bearerError, saysTokenExpired } from './bearer-challenge.ts';

const answer = (status: number, challenge?: string) =>
  new Response(null, { status, headers: challenge === undefined ? {} : { 'www-authenticate': challenge } });

it('takes a 401 without a Bearer challenge, or with invalid_token, for an expired token', () => {
  for (const challenge of [
    undefined,
    'Basic realm="x"',
    'Bearer error="invalid_token"',
    'Bearer realm="api", error="invalid_token", error_description="expired"',
    'Bearer error=invalid_token',
    'bearer ERROR="invalid_token"',
    'DPoP algs="ES256", error="invalid_token"',
    'Basic realm="x", Bearer error="invalid_token"',
    'Bearer, DPoP error="invalid_token"',
  ]) {
    expect([challenge, saysTokenExpired(answer(401, challenge))]).toEqual([challenge, true]);
  }
});

it('takes nothing else for it', () => {
  for (const challenge of [
    'Bearer',
    'Bearer realm="api"',
    'Bearer, Basic realm="x"',
    'Basic realm="x", Bearer, Digest realm="y"',
    'Bearer error="insufficient_scope", scope="admin"',
    'Bearer error="insufficient_user_authentication", acr_values="mfa"',
    'Bearer realm="error=invalid_token", error="insufficient_scope"',
  ]) {
    expect([challenge, saysTokenExpired(answer(401, challenge))]).toEqual([challenge, false]);
  }
  for (const status of [200, 400, 403, 419, 500]) expect(saysTokenExpired(answer(status))).toBe(false);
});

it('tells a missing challenge from one that names no error', () => {
  expect(bearerError(answer(401))).toBeNull();
  expect(bearerError(answer(401, 'Bearer realm="api"'))).toBe('');
});
