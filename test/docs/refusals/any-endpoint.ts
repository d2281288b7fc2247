import { memoryStore, type SessionStore } from '@latchkey/mock-server';
import { type Ask, form, openExampleServer, origin, refreshAsk } from '../example-server.ts';
import { met, type Provoke, plainly } from './refusal-case.ts';

/** A store that can be read and no more. */
const brokenStore = (): SessionStore => ({ ...memoryStore(), decide: () => Promise.reject(new Error('gone')) });

const formType = 'application/x-www-form-urlencoded';
const refreshWith = (body: string | Uint8Array<ArrayBuffer>, type = formType): Ask => ({
  method: 'POST',
  path: 'auth/refresh',
  headers: { 'content-type': type },
  body,
});

const manyHeaders = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`x-${n}`, 'x'.repeat(16_000)]));

/** Past the HTTP mount, where Node has limits of its own. */
const unmounted =
  (path: string, headers: Record<string, string>): Provoke =>
  async ({ server }) => {
    const ask = { ...refreshWith('x=1'), path, headers: { 'content-type': formType, ...headers } };
    const { method, body = '' } = ask;
    const response = await server.fetch(new Request(new URL(path, origin), { method, headers: ask.headers, body }));
    return { ask, response, text: await response.clone().text() };
  };

const broken: Provoke = async ({ server }) => {
  const ask = refreshWith('grant_type=refresh_token');
  const body = new ReadableStream({ start: (controller) => controller.error('it broke off') });
  const init = { method: ask.method, headers: { 'content-type': formType }, body, duplex: 'half' };
  const response = await server.fetch(new Request(new URL(ask.path, origin), init));
  return { ask, response, text: await response.clone().text() };
};

export const anyEndpoint = met('refresh', [
  ['nothing is served at the path', plainly(form('auth/nowhere', {}))],
  ['another method (`Allow` names the right ones)', plainly({ method: 'GET', path: 'auth/refresh' })],
  ['a body of another type', plainly(refreshWith('grant_type=refresh_token', 'text/plain'))],
  [
    'a page of an origin that is not allowed, before anything is counted',
    plainly({ ...refreshWith('x=1'), headers: { 'content-type': formType, origin: 'https://evil.example' } }),
  ],
  ['an address over 16 KiB', unmounted(`auth/refresh?${'x'.repeat(16_385)}`, {})],
  ['a header over 16 KiB', unmounted('auth/refresh', { dpop: 'x'.repeat(16_385) })],
  ['headers over 64 KiB together', unmounted('auth/refresh', manyHeaders)],
  ['a body over 16 KiB', plainly(refreshWith(`x=${'x'.repeat(16_385)}`))],
  ['a body that is not UTF-8', plainly(refreshWith(new Uint8Array([0x78, 0x3d, 0xff])))],
  ['a body that breaks off', broken],
  ['a form parameter twice', plainly(refreshWith('scope=&scope='))],
  [
    'the database does not answer; nothing was changed',
    async ({ server, ask }) => ask(refreshAsk((await server.seedSession('ada')).refresh_token)),
    () => openExampleServer({ store: brokenStore() }),
  ],
]);
