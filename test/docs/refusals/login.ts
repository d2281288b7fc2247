import { ada, jsonBody, openExampleServer } from '../example-server.ts';
import { met, type Provoke, plainly } from './refusal-case.ts';

const login = (body: unknown): Provoke => plainly(jsonBody('auth/login', body));

/** A server on which no password check ever ends. */
const busyServer = () =>
  openExampleServer({
    passwordHasher: {
      hash: async () => '',
      verify: () => new Promise(() => {}),
      isStale: () => false,
      waste: () => new Promise(() => {}),
    },
  });

export const loginRefusals = met('login', [
  ['the body is no JSON', login('{"username":')],
  ['the body is no JSON object', login('["ada"]')],
  ['a member of the body comes twice', login('{"username":"ada","username":"eve","password":"x"}')],
  ['no username or no password', login({ username: 'ada' })],
  ['a username of more than 256 characters', login({ username: 'a'.repeat(257), password: 'x' })],
  [
    '`client_id`, `device_label` or `logout_ticket` is no text of at most 256 characters, or has a NUL',
    login({ ...ada, device_label: 1 }),
  ],
  ['wrong password', login({ ...ada, password: 'wrong' })],
  ['unknown user: the same bytes, after the same work', login({ username: 'nobody', password: 'wrong' })],
  [
    'too many wrong passwords, see [limits](#limits); not even the right one is looked at',
    async ({ ask }) => {
      for (let n = 0; n < 5; n += 1) await ask(jsonBody('auth/login', { ...ada, password: 'wrong' }));
      return ask(jsonBody('auth/login', ada));
    },
  ],
  [
    'more than 1,000 logins wait for their password check, and no network has more of them than this one',
    async ({ server, ask }) => {
      for (let n = 0; n < 1_004; n += 1) {
        const { method, headers = {}, body = '' } = jsonBody('auth/login', { username: `u${n}`, password: 'x' });
        const login = new Request('https://api.example/auth/login', { method, headers, body });
        void server.fetch(login, { clientIp: '127.0.0.1' });
      }
      // All of them have come as far as they can.
      await new Promise(setImmediate);
      return ask(jsonBody('auth/login', ada));
    },
    busyServer,
  ],
]);
