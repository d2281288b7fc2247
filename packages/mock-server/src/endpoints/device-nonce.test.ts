import { expect, it } from 'vitest';
import { noncePeriod } from '../dpop/nonces.ts';
import { jsonPost, outcomeOf, tokensOf } from '../testing/api.ts';
import { challengeOf, deviceScene as start } from '../testing/device-scene.ts';

it('the auth server asks for its nonce, says it, and gives a new one in time', async () => {
  const { owner, clock } = await start();
  owner.nonce = undefined;
  const asked = await owner.login();
  expect(await outcomeOf(asked.clone())).toMatchObject([400, { error: 'use_dpop_nonce' }]);
  expect(asked.headers.get('dpop-nonce')).toMatch(/^[\w-]{43}$/);
  const answer = await owner.login();
  expect(answer.status).toBe(200);
  const tokens = await tokensOf(answer.clone());
  expect(answer.headers.get('dpop-nonce')).toBe(asked.headers.get('dpop-nonce'));
  clock.advance(noncePeriod);
  const rotated = await owner.refresh(tokens.refresh_token);
  expect(rotated.status).toBe(200);
  expect(rotated.headers.get('dpop-nonce')).not.toBe(asked.headers.get('dpop-nonce'));
  clock.advance(2 * noncePeriod);
  const late = await owner.refresh((await tokensOf(rotated)).refresh_token);
  expect(await outcomeOf(late)).toMatchObject([400, { error: 'use_dpop_nonce' }]);
});

it('a protected resource asks for its nonce with a challenge', async () => {
  const { owner } = await start();
  const { access_token } = await tokensOf(await owner.login());
  owner.nonce = undefined;
  const asked = await owner.me(access_token);
  expect([asked.status, challengeOf(asked)]).toEqual([401, 'DPoP error="use_dpop_nonce", algs="ES256"']);
  const answer = await owner.me(access_token);
  expect([answer.status, answer.headers.get('dpop-nonce')]).toEqual([200, asked.headers.get('dpop-nonce')]);
});

it('nonces can be switched off, and are for those who send proofs', async () => {
  const { owner, plain } = await start({ dpopNonce: false });
  const answer = await owner.login();
  expect([answer.status, owner.nonce]).toEqual([200, undefined]);
  expect((await owner.me((await tokensOf(answer)).access_token)).status).toBe(200);
  expect((await (await start()).plain.login()).headers.get('dpop-nonce')).toBeNull();
  expect((await plain.login()).headers.get('dpop-nonce')).toBeNull();
});

it('asking for a nonce costs no attempt to log in', async () => {
  const { send, owner, clock, device } = await start();
  for (let count = 0; count < 20; count += 1) {
    const proof = await device.prove({ method: 'POST', url: 'https://api.example/auth/login', now: clock.now() });
    const { headers } = jsonPost({});
    await send('auth/login', {
      ...jsonPost({ username: 'ada', password: 'wrong' }),
      headers: { ...headers, dpop: proof },
    });
  }
  expect((await owner.login()).status).toBe(200);
});
