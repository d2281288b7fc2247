import { ada, jsonBody, withEvidence, withToken } from '../example-server.ts';
import { met, plainly } from './refusal-case.ts';

export const protectedResources = met('api', [
  ['no `Authorization`', plainly({ method: 'GET', path: 'me' })],
  [
    'an access token that has expired, is forged, or whose session has ended; another scheme than `Bearer`',
    plainly(withToken('GET', 'me', 'x')),
  ],
  [
    '`auth/sessions`: the login is more than ten minutes old',
    async ({ server, ask }) => {
      const { access_token } = await server.seedSession('ada');
      server.clock.advance('11m');
      return ask(withToken('GET', 'auth/sessions', access_token));
    },
  ],
  [
    '`DELETE auth/sessions/{sid}`: no such session, or somebody else’s',
    async ({ server, ask }) => {
      const { access_token } = await server.seedSession('ada');
      const { sid } = await server.seedSession('eve');
      return ask(withEvidence('DELETE', `auth/sessions/${sid}`, access_token, { password: ada.password }));
    },
  ],
  [
    '`DELETE auth/sessions/{sid}`, `auth/logout-all`: neither password nor refresh token, or not of this session',
    async ({ server, ask }) => {
      const { access_token } = await server.seedSession('ada');
      return ask(withToken('POST', 'auth/logout-all', access_token));
    },
  ],
  [
    '`DELETE auth/sessions/{sid}`, `auth/logout-all`: a `password` or `refresh_token` that is no text',
    async ({ server, ask }) => {
      const { access_token } = await server.seedSession('ada');
      const headers = { authorization: `Bearer ${access_token}` };
      return ask(jsonBody('auth/logout-all', { password: 1 }, headers));
    },
  ],
  [
    '`DELETE auth/sessions/{sid}`, `auth/logout-all`: a wrong password',
    async ({ server, ask }) => {
      const { access_token } = await server.seedSession('ada');
      return ask(withEvidence('POST', 'auth/logout-all', access_token, { password: 'guess' }));
    },
  ],
]);
