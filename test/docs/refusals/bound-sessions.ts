import { newBoundKey, proofOf } from '../../../packages/client/src/dpop/proof.ts';
import { type Ask, ada, type ExampleServer, jsonBody, refreshAsk } from '../example-server.ts';
import { met, tokensIn } from './refusal-case.ts';

/** A login with a proof, and what is needed to send more of them. */
async function bound({ server, ask, url }: ExampleServer) {
  const key = await newBoundKey();
  let nonce: string | undefined;
  const proven = async (request: Ask, facts: { accessToken?: string; nonce?: undefined } = {}) => {
    const target = new URL(request.path, url).href;
    const { method } = request;
    const dpop = await proofOf(key, { method, url: target, now: server.clock.now(), nonce, ...facts });
    const { accessToken } = facts;
    const authorization = accessToken === undefined ? {} : { authorization: `DPoP ${accessToken}` };
    const exchange = await ask({ ...request, headers: { ...request.headers, ...authorization, dpop } });
    nonce = exchange.response.headers.get('dpop-nonce') ?? nonce;
    return exchange;
  };
  await proven(jsonBody('auth/login', ada));
  const tokens = tokensIn(await proven(jsonBody('auth/login', ada)));
  return { tokens, proven };
}

const me: Ask = { method: 'GET', path: 'me' };
const access = (scheme: 'Bearer' | 'DPoP', token: string): Ask => ({
  ...me,
  headers: { authorization: `${scheme} ${token}` },
});

export const boundSessions = met(null, [
  [
    '`auth/login`, `auth/refresh`: a proof without the nonce of the last four minutes',
    async ({ server, ask, url }) => {
      const key = await newBoundKey();
      const target = new URL('auth/login', url).href;
      const dpop = await proofOf(key, { method: 'POST', url: target, now: server.clock.now() });
      return ask(jsonBody('auth/login', ada, { dpop }));
    },
  ],
  [
    '`auth/login`, `auth/refresh`: a proof that fails another check, the words say which',
    ({ ask }) => ask(jsonBody('auth/login', ada, { dpop: 'x' })),
  ],
  [
    '`auth/refresh`: a bound refresh token without a proof by its key; the session lives on',
    async (world) => {
      const { tokens } = await bound(world);
      return world.ask(refreshAsk(tokens.refresh_token));
    },
  ],
  [
    'a bound access token as a Bearer token',
    async (world) => {
      const { tokens } = await bound(world);
      return world.ask(access('Bearer', tokens.access_token));
    },
  ],
  [
    'a bound access token with a proof by another key',
    async (world) => {
      const { tokens } = await bound(world);
      const other = await bound(world);
      return other.proven(me, { accessToken: tokens.access_token });
    },
  ],
  [
    'an access token that is not bound, with the scheme `DPoP`',
    async ({ server, ask }) => ask(access('DPoP', (await server.seedSession('ada')).access_token)),
  ],
  ['a bound access token that has expired, or whose session has ended', ({ ask }) => ask(access('DPoP', 'x'))],
  [
    'a bound access token without a proof, or with one that fails a check',
    async (world) => {
      const { tokens } = await bound(world);
      return world.ask(access('DPoP', tokens.access_token));
    },
  ],
  [
    'a bound access token and a proof without a fresh nonce',
    async (world) => {
      const { tokens, proven } = await bound(world);
      return proven(me, { accessToken: tokens.access_token, nonce: undefined });
    },
  ],
  [
    '`auth/sessions`: the login is more than ten minutes old',
    async (world) => {
      const { tokens, proven } = await bound(world);
      world.server.clock.advance('11m');
      const accessToken = tokens.access_token;
      await proven(me, { accessToken });
      return proven({ method: 'GET', path: 'auth/sessions' }, { accessToken });
    },
  ],
]);
