import type { AuthClient, AuthClientOptions } from '@latchkey/client';
import { TimeoutError } from 'ky';
import { expect, it } from 'vitest';
import { baseUrl, createScene } from '../support/scene.ts';

// Kind: an option that the library underneath knows gets past what this client does for every request.

type Fetch = typeof globalThis.fetch;

/** A scene with Ada signed in. `own` is a fetch of the application's, and notes what it was given, as does the client's. */
async function observed(options: Partial<AuthClientOptions> = {}) {
  const [byClient, byOwn]: [string[], string[]] = [[], []];
  const noted =
    (notes: string[], fetch: Fetch): Fetch =>
    (input, init) => {
      const request = new Request(input, init);
      notes.push(`${request.url.slice(baseUrl.length)} ${request.headers.get('authorization')?.slice(0, 6) ?? 'none'}`);
      return fetch(request);
    };
  let toServer = fetch;
  const scene = createScene({}, (fetch) => {
    toServer = fetch;
    return noted(byClient, fetch);
  });
  const own = noted(byOwn, (input, init) => toServer(input, init));
  const { client } = scene.open(options);
  client.adoptTokens(await scene.server.seedSession('ada'));
  return { scene, client, own, byClient, byOwn };
}

const ways: Record<string, (client: AuthClient, fetch: Fetch) => Promise<Response>> = {
  'client.fetch': (client, fetch) => client.fetch('me', { fetch }),
  'client.fetch of a Request': (client, fetch) => client.fetch(new Request(`${baseUrl}me`), { fetch }),
  'client.api': async (client, fetch) => client.api.get('me', { fetch, retry: 0 }),
  'client.api called as a function': async (client, fetch) => client.api('me', { fetch, retry: 0 }),
  'an extended instance': async (client, fetch) => client.api.extend({ fetch }).get('me', { retry: 0 }),
  'an instance that was extended twice': async (client, fetch) =>
    client.api
      .extend({ fetch: () => expect.unreachable() })
      .extend({ fetch })
      .get('me', { retry: 0 }),
  'an instance that was created anew': async (client, fetch) =>
    client.api.extend(() => ({ fetch, timeout: 5000 })).get('me', { retry: 0 }),
  'a hook': async (client, fetch) =>
    client.api.extend({ hooks: { init: [(options: object) => void Object.assign(options, { fetch })] } }).get('me'),
};

for (const [way, ask] of Object.entries(ways)) {
  it(`carries the token, is refreshed for, and is sent again, with ${way} (OC23)`, async () => {
    const { scene, client, own, byClient, byOwn } = await observed();
    expect((await ask(client, own)).status).toBe(200);
    scene.server.clock.advance('20m');
    expect((await ask(client, own)).status).toBe(200);
    await scene.server.keys.rotate({ immediately: true });
    expect((await ask(client, own)).status).toBe(200);
    expect(byOwn).toEqual(Array(4).fill('me Bearer'));
    // The refresh is shared by all, and goes the client's own way.
    expect(byClient).toEqual(Array(2).fill('auth/refresh none'));
    expect((await client.fetch('me')).status).toBe(200);
    expect((await client.api.get('me')).status).toBe(200);
    expect(byClient.slice(2)).toEqual(Array(2).fill('me Bearer'));
  });

  it(`carries no token elsewhere, nor where the caller has one of his own, with ${way} (OC23)`, async () => {
    const { client, own, byOwn } = await observed({ apis: [`${baseUrl}other/`] });
    await ask(client, own).catch(() => {});
    expect(byOwn).toEqual(['me none']);
  });
}

it('a fetch among the defaults of ky is the one underneath (OC23)', async () => {
  const seen: (string | null)[] = [];
  const { client, byClient, scene } = await observed({
    ky: {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
        seen.push(new Request(input, init).headers.get('authorization'));
        return Response.json({});
      },
    },
  } as Partial<AuthClientOptions>);
  await client.api.get('me');
  expect(seen).toEqual([`Bearer ${scene.stored().accessToken}`]);
  await client.fetch('me');
  expect(byClient).toEqual(['me Bearer']);
});

it('a fetch that hands on to that of the instance before adds no second token (OC23)', async () => {
  const { client, byClient } = await observed();
  const passed: string[] = [];
  const api = client.api.extend(({ fetch }: { fetch?: Fetch }) => ({
    fetch: (input: RequestInfo | URL, init?: RequestInit) => {
      passed.push('through');
      return (fetch as Fetch)(input, init);
    },
  }));
  expect((await api.get('me')).status).toBe(200);
  expect(passed).toEqual(['through']);
  expect(byClient).toEqual(['me Bearer']);
});

it('a client beneath a client is asked once, and hands nothing to itself (OC23)', async () => {
  const { client, byClient, byOwn, own } = await observed();
  expect((await client.fetch('me', { fetch: client.fetch })).status).toBe(200);
  expect((await client.fetch('me', { fetch: client.fetch, auth: false })).status).toBe(200);
  expect(byClient).toEqual(['me Bearer', 'me Bearer']);
  expect((await client.fetch('me', { auth: false, fetch: own })).status).toBe(401);
  expect(byOwn).toEqual(['me none']);
});

it('the limits of an attempt and of all of them hold around a fetch of the call (OC23)', async () => {
  const { client, scene } = await observed();
  const silent: Fetch = (_, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
  for (const limits of [{ timeout: 25 }, { timeout: 25, totalTimeout: 60_000 }, { totalTimeout: 25 }]) {
    const outcome = expect(client.api.get('me', { fetch: silent, retry: 0, ...limits })).rejects.toBeInstanceOf(
      TimeoutError,
    );
    // Where there is a total, an attempt is limited by the clock of the platform.
    for (let turn = 0; turn < 20; turn++) {
      await new Promise(setImmediate);
      scene.server.clock.advance(25);
    }
    await outcome;
  }
});

it('what is no function is refused where the mistake is (OC23)', async () => {
  const { client, byClient } = await observed();
  await expect(client.fetch('me', { fetch: 'native' as never })).rejects.toMatchObject({
    name: 'ConfigurationError',
    message: expect.stringContaining('`fetch`'),
  });
  expect(byClient).toEqual([]);
});
