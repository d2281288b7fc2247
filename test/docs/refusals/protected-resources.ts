import { withToken } from '../example-server.ts';
import { met, plainly } from './refusal-case.ts';

export const protectedResources = met('api', [
  ['no `Authorization`', plainly({ method: 'GET', path: 'me' })],
  [
    'an access token that has expired, is forged, or whose session has ended; another scheme than `Bearer`',
    plainly(withToken('GET', 'me', 'x')),
  ],
  [
    '`auth/sessions`, `auth/logout-all`: the login is more than ten minutes old',
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
      return ask(withToken('DELETE', `auth/sessions/${sid}`, access_token));
    },
  ],
]);
