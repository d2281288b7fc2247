import type { TokenResponse } from '@latchkey/mock-server';
import { signedByStranger } from '../../../packages/mock-server/src/testing/forgeries.ts';
import { type Ask, form } from '../example-server.ts';
import { met, plainly, tooManyGuesses, unknownToken } from './refusal-case.ts';

const pair = (access: Pick<TokenResponse, 'access_token'>, refresh: Pick<TokenResponse, 'refresh_token'>): Ask =>
  form('auth/logout', { access_token: access.access_token, refresh_token: refresh.refresh_token });

export const logoutRefusals = met('logout', [
  [
    '**B**: a token is missing, or a ticket comes without its `sid` or with tokens',
    plainly(form('auth/logout', { access_token: 'x' })),
  ],
  [
    '**N0**: nobody knows the refresh token or the ticket',
    async ({ server, ask }) => ask(pair(await server.seedSession('ada'), { refresh_token: unknownToken })),
  ],
  [
    '**T0**: the access token is genuine and of another session; that of the refresh token ends',
    async ({ server, ask }) => ask(pair(await server.seedSession('eve'), await server.seedSession('ada'))),
  ],
  [
    '**T1**: the access token is forged; the session of the refresh token ends',
    async ({ server, ask }) => {
      const tokens = await server.seedSession('ada');
      return ask(pair({ access_token: await signedByStranger(tokens.access_token) }, tokens));
    },
  ],
  [
    '**N1**: the access token is forged, and nobody knows the refresh token',
    plainly(pair({ access_token: 'x' }, { refresh_token: unknownToken })),
  ],
  tooManyGuesses((tokens) => pair(tokens, { refresh_token: unknownToken })),
]);
