import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import type { AuthClient, AuthClientOptions } from '@latchkey/client';
import { expect, it, onTestFinished } from 'vitest';
import { ForeignPromise } from '../support/foreign-promise.ts';
import { baseUrl, createScene, type Scene } from '../support/scene.ts';

// Kind: whatever decides by the class of a value decides wrongly where another realm or a polyfill made the value.

/** A page in which `Promise` is another one from now on. */
const replacePromise = (replacement: unknown): void => {
  const { Promise: before } = globalThis;
  globalThis.Promise = replacement as PromiseConstructor;
  onTestFinished(() => {
    globalThis.Promise = before;
  });
};

/** Something to be awaited that can do nothing else. */
const thenable = <T>(work: Promise<T>): Promise<T> =>
  // biome-ignore lint/suspicious/noThenProperty: being awaited is what it is for
  ({ then: (...given: Parameters<Promise<T>['then']>) => thenable(work.then(...given)) }) as unknown as Promise<T>;

const foreign = <T>(work: Promise<T>): Promise<T> =>
  new ForeignPromise((resolve, reject) => void work.then(resolve, reject)) as unknown as Promise<T>;

/** A scene with Ada signed in, and the `Authorization` of everything that was sent. */
async function observed(options: (scene: Scene) => Partial<AuthClientOptions> = () => ({})) {
  const carried: (string | null)[] = [];
  const scene = createScene({}, (fetch) => (input, init) => {
    const request = new Request(input, init);
    if (!request.url.includes('/auth/')) carried.push(request.headers.get('authorization'));
    return fetch(request);
  });
  const tab = scene.profile.openTab();
  const { client } = scene.open({ ...tab.options, ...options({ ...scene, profile: scene.profile }) });
  client.adoptTokens(await scene.server.seedSession('ada'));
  return { scene, client, carried };
}

const ways: Record<string, (client: AuthClient) => Promise<Response>> = {
  'client.fetch': (client) => client.fetch('me'),
  'client.fetch with a stream': (client) =>
    client.fetch('echo', { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit),
  'client.api': async (client) => client.api.get('me', { retry: 0 }),
};

const replacements: Record<string, () => void> = {
  'a class of its own': () => replacePromise(ForeignPromise),
  'a subclass of the native one': () => replacePromise(class extends Promise<unknown> {}),
};

for (const [what, replace] of Object.entries(replacements)) {
  for (const when of ['before', 'after']) {
    for (const [way, ask] of Object.entries(ways)) {
      it(`${way} waits for the refresh where Promise is ${what}, loaded ${when} the client (OC1)`, async () => {
        if (when === 'before') replace();
        const { scene, client, carried } = await observed();
        if (when === 'after') replace();
        scene.server.clock.advance('20m');
        expect((await ask(client)).status).toBe(200);
        expect(carried).toEqual([`Bearer ${scene.stored().accessToken}`]);
        expect(await client.getAccessToken({ minValidity: 60_000 })).toBe(scene.stored().accessToken);
        expect(scene.count('refresh')).toBe(1);
        expect((await client.logout()).server).toBe('revoked');
      });
    }
  }
}

it('the network and the platform may answer with promises of another class (OC1)', async () => {
  const { scene, client, carried } = await observed(({ profile }) => {
    const { platform, fetch } = profile.openTab().options;
    const { locks } = platform;
    return {
      fetch: (input, init) => foreign(fetch(input, init)),
      platform: { ...platform, locks: locks ? { request: (...given) => foreign(locks.request(...given)) } : null },
    };
  });
  scene.server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  await scene.server.keys.rotate({ immediately: true });
  expect((await client.api.get('me', { retry: 0 })).status).toBe(200);
  expect(scene.count('refresh')).toBe(2);
  expect(carried).not.toContain('Bearer undefined');
  expect(await client.logout()).toMatchObject({ server: 'revoked' });
});

for (const [what, made] of Object.entries({ 'promises of another class': foreign, 'mere thenables': thenable })) {
  it(`the application may answer with ${what} (OC1)`, async () => {
    const again: { login?: () => Promise<unknown> } = {};
    const { scene, client } = await observed(() => ({
      isTokenExpired: ({ status }) => made(Promise.resolve(status === 401)),
      onLoginRequired: () => made(Promise.resolve(again.login?.())),
    }));
    again.login = () => client.login({ username: 'ada', password: 'ada-password' });
    await scene.server.keys.rotate({ immediately: true });
    expect((await client.fetch('me')).status).toBe(200);
    expect(scene.count('refresh')).toBe(1);
    scene.server.clock.advance('8d');
    expect((await client.fetch('me')).status).toBe(200);
    expect(scene.count('login')).toBe(1);
  });
}

it('a record in storage that looks like a promise is a record (OC1)', async () => {
  const { scene, client } = await observed();
  scene.profile.stored.set('latchkey', JSON.stringify(scene.stored()).replace('{', '{"then":1,'));
  expect((await client.fetch('me')).status).toBe(200);
  expect((await client.api.get(`${baseUrl}me`)).status).toBe(200);
});

it('bytes of another realm are sent as they were at the call, like those of this one (OC1)', async () => {
  const { scene, client } = await observed();
  await scene.server.keys.rotate({ immediately: true });
  const [buffer, view] = runInNewContext(
    'const { buffer } = new Uint8Array([110, 61, 49]); [buffer, new DataView(buffer, 1, 2)]',
  ) as [ArrayBuffer, DataView<ArrayBuffer>];
  const echoes = [buffer, view].map((body) => client.fetch('echo', { method: 'POST', body }));
  new Uint8Array(buffer).fill(50);
  const said = await Promise.all(echoes.map(async (echo) => (await echo).json()));
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(said).toMatchObject(['n=1', '=1'].map((text) => ({ body: { sha256: sha256(text) } })));
});

it('a stream of another realm is not sent twice (OC1)', async () => {
  const { scene, client, carried } = await observed();
  await scene.server.keys.rotate({ immediately: true });
  // As a stream of another frame looks.
  Object.defineProperty(ReadableStream, Symbol.hasInstance, { value: () => false, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(ReadableStream, Symbol.hasInstance));
  const body = new Blob(['x']).stream();
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
  await expect(client.fetch('echo', init)).rejects.toMatchObject({ name: 'NotReplayableError' });
  expect(carried).toHaveLength(1);
});
