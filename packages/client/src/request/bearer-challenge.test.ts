import { expect, it } from 'vitest';
import { bearerErrors, saysTokenExpired } from './bearer-challenge.ts';

// Kind: servers say "expired" in other words than the RFCs have for it.

const answer = (status: number, challenge?: string) =>
  new Response(null, { status, headers: challenge === undefined ? {} : { 'www-authenticate': challenge } });

it('takes a 401 without a Bearer challenge, or with invalid_token, for an expired token', () => {
  for (const challenge of [
    undefined,
    '',
    'Basic realm="x"',
    'Bearer error="invalid_token"',
    'Bearer realm="api", error="invalid_token", error_description="expired"',
    'Bearer error=invalid_token',
    'bearer ERROR="invalid_token"',
    'DPoP algs="ES256", error="invalid_token"',
    'Basic realm="x", Bearer error="invalid_token"',
    'Bearer, DPoP error="invalid_token"',
    'Bearer error = "invalid_token"',
    'Bearer realm="api" error="invalid_token"',
    'Bearer error="invalid\\_token"',
    'Bearer error="invalid_token',
    'Negotiate dG9rZW42OA==, Bearer error="invalid_token"',
    'Negotiate dG9rZW42OA, Bearer error="invalid_token"',
    ',, Bearer ,error="invalid_token" ,',
    'Bearer error="insufficient_scope", Bearer error="invalid_token"',
  ]) {
    expect([challenge, saysTokenExpired(answer(401, challenge))]).toEqual([challenge, true]);
  }
});

it('takes a challenge that names no error for an expired token: the request carried one (OC2)', () => {
  for (const challenge of [
    'Bearer',
    'BEARER',
    'DPoP',
    'DPoP algs="ES256 PS256"',
    'Bearer realm="api"',
    'Bearer realm=api',
    'Bearer realm="a \\"quoted\\", error=\\"insufficient_scope\\""',
    'Bearer, Basic realm="x"',
    'Basic realm="x", Bearer, Digest realm="y"',
    'Bearer realm="api", Basic realm="x", error="insufficient_scope"',
    'Basic realm="Bearer error=\\"insufficient_scope\\""',
    'Bearer error_description="error=insufficient_scope"',
    'Bearer abc123==',
    'Bearer ,',
    'Bearer =',
    'Bearer """',
  ]) {
    expect([challenge, saysTokenExpired(answer(401, challenge))]).toEqual([challenge, true]);
  }
});

it('takes nothing else for it', () => {
  for (const challenge of [
    'Bearer error="insufficient_scope", scope="admin"',
    'Bearer error="insufficient_user_authentication", acr_values="mfa"',
    'Bearer realm="error=invalid_token", error="insufficient_scope"',
    'Bearer realm="a, Bearer", error="insufficient_scope"',
    'Bearer realm="api" error="insufficient_scope"',
    'Basic realm="x", error="invalid_token", Bearer error="insufficient_scope"',
    'DPoP error="use_dpop_nonce"',
    'Bearer, DPoP error="invalid_dpop_proof"',
    'Bearer error="invalid_request"',
    'Bearer error=""',
    'Basic Bearer, Bearer error="insufficient_scope"',
  ]) {
    expect([challenge, saysTokenExpired(answer(401, challenge))]).toEqual([challenge, false]);
  }
  for (const status of [200, 400, 403, 419, 500]) expect(saysTokenExpired(answer(status, 'Bearer'))).toBe(false);
});

it('tells a missing challenge from one that names no error, and reads several headers as one', () => {
  expect(bearerErrors('Basic realm="x"')).toBeNull();
  expect(bearerErrors('Bearer realm="api"')).toEqual([]);
  const headers = new Headers({ 'www-authenticate': 'Basic realm="x"' });
  headers.append('www-authenticate', 'Bearer error="a"');
  headers.append('www-authenticate', 'DPoP error="b"');
  expect(bearerErrors(headers.get('www-authenticate') ?? '')).toEqual(['a', 'b']);
});

/** Milliseconds, without what else the machine had to do: the least of a few tries. */
function timeToRead(header: string): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    bearerErrors(header);
    return performance.now() - started;
  });
  return Math.min(...times);
}

const hostileParts = [' ', ',', '"', '\\', '=', 'a', 'a ', 'a=', '="', '\\"', 'Bearer ', 'Bearer,', ' =', 'a =', '\t,'];

it.each(hostileParts)('reads a hostile header of many %j in a time that is in proportion to its length', (part) => {
  for (const tail of ['', '=', '"', 'x', '\\']) {
    const header = (length: number) => `Bearer ${part.repeat(length / part.length)}${tail}`;
    const growth = timeToRead(header(16_000)) / timeToRead(header(1_000));
    // For 16 times the length, about 16 where the time is in proportion to it, and 256 where it grows with the square.
    expect(growth, JSON.stringify(tail)).toBeLessThan(64);
  }
});
