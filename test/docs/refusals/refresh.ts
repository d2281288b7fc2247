import { form, openExampleServer, refreshAsk } from '../example-server.ts';
import { key, met, plainly, tokensIn, tooManyGuesses, unknownToken } from './refusal-case.ts';

const day = 86_400_000;

const refreshWith = (fields: Record<string, string>) =>
  plainly(form('auth/refresh', { grant_type: 'refresh_token', client_id: 'spa', ...fields }));

/** Stands for the three thousand; the next one also comes within a second. */
const few = 60;

export const refreshRefusals = met('refresh', [
  ['no `grant_type`', plainly(form('auth/refresh', { refresh_token: unknownToken, client_id: 'spa' }))],
  ['another `grant_type`', plainly(form('auth/refresh', { grant_type: 'password' }))],
  [
    'no `client_id`, or one of more than 256 characters',
    refreshWith({ client_id: 'c'.repeat(257), refresh_token: unknownToken }),
  ],
  ['no `refresh_token`', refreshWith({})],
  ['any `scope`', refreshWith({ refresh_token: unknownToken, scope: 'orders' })],
  ['an `Idempotency-Key` of another form', plainly(refreshAsk(unknownToken, 'short'))],
  ['a refresh token that nobody knows, of whatever form', plainly(refreshAsk(unknownToken))],
  [
    'a refresh token of another `client_id`',
    async ({ server, ask }) => {
      const { refresh_token } = await server.seedSession('ada', { clientId: 'spa' });
      return ask(refreshAsk(refresh_token, key(1), 'other'));
    },
  ],
  [
    'a week without a refresh',
    async ({ server, ask }) => {
      const { refresh_token } = await server.seedSession('ada');
      server.clock.advance('7d');
      return ask(refreshAsk(refresh_token, key(1)));
    },
  ],
  [
    'three months since the login',
    async ({ server, ask }) => {
      const { refresh_token } = await server.seedSession('ada', { age: 90 * day, idle: day });
      return ask(refreshAsk(refresh_token, key(1)));
    },
  ],
  [
    'a session that has ended, for whatever reason',
    async ({ server, ask }) => {
      const { refresh_token, sid } = await server.seedSession('ada');
      await server.sessions.revoke(sid);
      return ask(refreshAsk(refresh_token, key(1)));
    },
  ],
  [
    'reuse: the session ends now',
    async ({ server, ask }) => {
      const { refresh_token } = await server.seedSession('ada');
      await ask(refreshAsk(refresh_token, key(1)));
      return ask(refreshAsk(refresh_token, key(2)));
    },
  ],
  [
    'a retry with the right key, too late or too often: the session ends now',
    async ({ server, ask }) => {
      const { refresh_token } = await server.seedSession('ada');
      await ask(refreshAsk(refresh_token, key(1)));
      server.clock.advance('121s');
      return ask(refreshAsk(refresh_token, key(1)));
    },
  ],
  [
    'the `Idempotency-Key` that an earlier token of the session was exchanged with',
    async ({ server, ask }) => {
      const { refresh_token } = await server.seedSession('ada');
      const next = tokensIn(await ask(refreshAsk(refresh_token, key(1))));
      return ask(refreshAsk(next.refresh_token, key(1)));
    },
  ],
  [
    'more than 10 refreshes of one session within a minute',
    async ({ server, ask }) => {
      let { refresh_token } = await server.seedSession('ada');
      for (let n = 0; n < 10; n += 1) ({ refresh_token } = tokensIn(await ask(refreshAsk(refresh_token, key(n)))));
      return ask(refreshAsk(refresh_token, key(10)));
    },
  ],
  [
    'more than 3,000 refreshes from one address within a minute',
    async ({ server, ask }) => {
      for (let n = 0; n < few; n += 1) await ask(refreshAsk((await server.seedSession('ada')).refresh_token));
      return ask(refreshAsk((await server.seedSession('ada')).refresh_token));
    },
    () => openExampleServer({ policy: { refreshesPerAddress: few } }),
  ],
  tooManyGuesses(() => refreshAsk(unknownToken)),
]);
