import { memoryStore, type SessionStore } from '@latchkey/mock-server';
import { type Ask, form, openExampleServer, refreshAsk } from '../example-server.ts';
import { met, plainly } from './refusal-case.ts';

/** A store that can be read and no more. */
const brokenStore = (): SessionStore => ({ ...memoryStore(), decide: () => Promise.reject(new Error('gone')) });

const formType = 'application/x-www-form-urlencoded';
const refreshWith = (body: string | Uint8Array<ArrayBuffer>, type = formType): Ask => ({
  method: 'POST',
  path: 'auth/refresh',
  headers: { 'content-type': type },
  body,
});

export const anyEndpoint = met('refresh', [
  ['nothing is served at the path', plainly(form('auth/nowhere', {}))],
  ['another method (`Allow` names the right ones)', plainly({ method: 'GET', path: 'auth/refresh' })],
  ['a body of another type', plainly(refreshWith('grant_type=refresh_token', 'text/plain'))],
  ['a body over 16 KiB', plainly(refreshWith(`x=${'x'.repeat(16_385)}`))],
  ['a body that is not UTF-8', plainly(refreshWith(new Uint8Array([0x78, 0x3d, 0xff])))],
  ['a form parameter twice', plainly(refreshWith('scope=&scope='))],
  [
    'the database does not answer; nothing was changed',
    async ({ server, ask }) => ask(refreshAsk((await server.seedSession('ada')).refresh_token)),
    () => openExampleServer({ store: brokenStore() }),
  ],
]);
