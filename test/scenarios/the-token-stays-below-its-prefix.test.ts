import { type AuthClient, createAuthClient } from '@latchkey/client';
import { createAuthServer, platformOf } from '@latchkey/mock-server';
import { describe, expect, it, onTestFinished } from 'vitest';

// Kind: what is checked for the token and what the request really does are two different things.

type Answer = (request: Request) => Response;

interface Sent {
  readonly url: string;
  readonly redirect: string;
  readonly authorization: string | null;
}

/** A client with a token for these prefixes, and everything that it hands to its fetch. */
async function observed(apis: string[], answer: Answer = () => new Response()) {
  const server = createAuthServer();
  const sent: Sent[] = [];
  const client = createAuthClient({
    baseUrl: 'https://api.x.com/v2/',
    apis,
    storage: 'memory',
    platform: platformOf(server.clock),
    fetch: async (input, init) => {
      // As native fetch reads what it is given.
      const request = new Request(input, init);
      const { url, redirect, headers } = request;
      sent.push({ url, redirect, authorization: headers.get('authorization') });
      return answer(request);
    },
  });
  client.adoptTokens(await server.seedSession('ada'));
  onTestFinished(() => client.dispose());
  return { client, sent, carried: () => sent.filter(({ authorization }) => authorization).map(({ url }) => url) };
}

const withPath = ['https://api.x.com/v2'];
const whole = ['https://api.x.com'];

const ways: Record<string, (client: AuthClient, url: string) => Promise<unknown>> = {
  'client.fetch': (client, url) => client.fetch(url),
  'client.fetch of a Request': async (client, url) => client.fetch(new Request(url)),
  'client.api': async (client, url) => client.api(url, { retry: 0 }),
};

describe('what a server may read as a way out of a prefix', () => {
  for (const path of [
    '..%2fv1/users',
    '..%2Fv1',
    'a%2f..%2f..%2fv1',
    '%2e%2e%2fv1',
    '..%5cv1',
    'a%5C..%5c..',
    'files%2fsecret',
    '..;/v1/users',
    '..;a=b/v1',
    '%2e%2e;/v1',
    'a/..;/..;/v1',
    'a/.%2e;x/v1',
    '%252e%252e/v1',
    '%252e%252e%252fv1',
    '..%252fv1',
    '%25252e%25252e%25252fv1',
    'a%255cb',
    '..%c0%afv1',
    '%c0%ae%c0%ae/v1',
    '%e0%80%ae%e0%80%ae/v1',
    '%f0%80%80%ae/v1',
    '%25c0%25af',
    '%u002e%u002e/v1',
    '..%00/v1',
    '...%2f',
    '..%09/v1',
  ]) {
    for (const [way, ask] of Object.entries(ways)) {
      it(`${path} carries no token by ${way} (OX10)`, async () => {
        const { client, sent, carried } = await observed(withPath);
        await ask(client, `https://api.x.com/v2/${path}`);
        expect(sent).toHaveLength(1);
        expect(carried()).toEqual([]);
      });
    }

    it(`${path} is a path like any other where the whole origin is listed (OX10)`, async () => {
      const { client, carried } = await observed(whole);
      await client.fetch(`https://api.x.com/v2/${path}`);
      expect(carried()).toHaveLength(1);
    });
  }

  for (const path of [
    'me',
    'a/../b',
    'a.b',
    '.well-known/x',
    'a;b=1',
    'caf%C3%A9',
    '100%25',
    'a%20b',
    'a..b',
    '?next=..%2f',
    'x#..%2f',
    '%F0%9F%91%A9',
    '%e2%82%ac',
    '~user',
    '',
  ]) {
    it(`${path || 'the prefix itself'} carries the token (OX10)`, async () => {
      const { client, carried } = await observed(withPath);
      await client.fetch(`https://api.x.com/v2/${path}`);
      expect(carried()).toHaveLength(1);
    });
  }

  it('is looked for in a time that is in proportion to the length (OX10)', async () => {
    const { client } = await observed(withPath);
    const started = performance.now();
    for (const part of ['%25', '%', '%2525', '.', './', '%2', '%e0%25', '%f0%25', '/.a']) {
      await client.fetch(`https://api.x.com/v2/${part.repeat(100_000 / part.length)}`).catch(() => {});
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

/** As a browser shows a redirect that it was not to follow, and as Node does. */
const redirects: Record<string, Answer> = {
  'as a browser shows it': () =>
    Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' }, status: { value: 0 } }),
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((status) => [
      `as Node shows a ${status}`,
      () => new Response(null, { status, headers: { location: 'https://api.x.com/v1/elsewhere' } }),
    ]),
  ),
};

describe('a redirect', () => {
  for (const [how, answer] of Object.entries(redirects)) {
    for (const [way, ask] of Object.entries(ways)) {
      it(`below a prefix with a path is not followed with the token, ${how}, by ${way}: the error says so (OX10)`, async () => {
        const { client, sent } = await observed(withPath, answer);
        await expect(ask(client, 'https://api.x.com/v2/old?secret=1')).rejects.toMatchObject({
          name: 'ConfigurationError',
          message: expect.stringMatching(/^GET https:\/\/api\.x\.com\/v2\/old was answered by a redirect/),
        });
        expect(sent).toEqual([expect.objectContaining({ redirect: 'manual' })]);
      });
    }
  }

  it('is the browser’s where the whole origin is listed, and where no token goes along (OX10)', async () => {
    const listed = await observed(whole);
    await listed.client.fetch('me');
    expect(listed.sent).toEqual([expect.objectContaining({ redirect: 'follow', authorization: expect.any(String) })]);
    const { client, sent } = await observed(withPath);
    await client.fetch('me', { auth: false });
    await client.fetch('https://elsewhere.com/');
    await client.fetch('me', { headers: { authorization: 'Basic eDp5' } });
    await client.logout();
    await client.fetch('me');
    expect(sent.filter(({ url }) => !url.endsWith('logout')).map(({ redirect }) => redirect)).toEqual(
      Array(4).fill('follow'),
    );
  });

  it('is the caller’s where he has asked for it to be an error, or to be handed over (OX10)', async () => {
    const { client, sent } = await observed(withPath, redirects['as a browser shows it']);
    expect((await client.fetch('me', { redirect: 'manual' })).type).toBe('opaqueredirect');
    expect((await client.fetch(new Request('https://api.x.com/v2/me', { redirect: 'manual' }))).type).toBe(
      'opaqueredirect',
    );
    await client.fetch('me', { redirect: 'error' });
    expect(sent.map(({ redirect }) => redirect)).toEqual(['manual', 'manual', 'error']);
  });

  it('is none where an answer merely has such a status (OX10)', async () => {
    const { client } = await observed(withPath, () => new Response(null, { status: 304 }));
    expect((await client.fetch('me')).status).toBe(304);
  });
});

describe('an input that says one thing when it is checked and another when it is sent', () => {
  const api = 'https://api.x.com/v2/me';
  const evil = 'https://evil.com/';
  const changing = (): string => {
    asked += 1;
    return asked === 1 ? api : evil;
  };
  let asked = 0;
  const lying = (url: string): Request => Object.defineProperty(new Request(evil), 'url', { value: url });
  for (const [what, input] of Object.entries<() => unknown>({
    'an object with headers and a url': () => ({ url: api, headers: {}, toString: () => evil }),
    'an object that says it is a Request': () => ({
      [Symbol.toStringTag]: 'Request',
      url: api,
      headers: {},
      method: 'GET',
      toString: () => evil,
    }),
    'an object that inherits from Request': () =>
      Object.create(Request.prototype, {
        url: { value: api },
        headers: { value: new Headers() },
        toString: { value: () => evil },
      }),
    'a Request with a url of its own': () => lying(api),
    'a Proxy of a Request': () =>
      new Proxy(new Request(evil), {
        get: (target, key) =>
          key === 'url' ? api : key === Symbol.toPrimitive ? () => evil : Reflect.get(target, key, target),
      }),
    'a Request whose copies are others': () =>
      Object.defineProperty(new Request(api, { method: 'POST', body: 'x' }), 'clone', {
        value: () => new Request(evil),
      }),
    'an object whose text changes': () => ({ toString: changing }),
    'a URL whose text changes': () => Object.defineProperty(new URL(api), 'toString', { value: changing }),
  })) {
    for (const list of [withPath, whole]) {
      it(`${what} gets no token elsewhere (${list.join()}) (OX10)`, async () => {
        asked = 0;
        const { client, carried } = await observed(
          list,
          ({ headers }) => new Response(null, { status: headers.has('x') ? 200 : 401 }),
        );
        await client.fetch(input() as RequestInfo).catch(() => {});
        expect(carried().filter((url) => !url.startsWith('https://api.x.com/'))).toEqual([]);
      });
    }
  }

  it('a URL that is changed after the call is asked for as it was (OX10)', async () => {
    const { client, sent } = await observed(withPath);
    const url = new URL(api);
    const answer = client.fetch(url);
    url.href = evil;
    await answer;
    expect(sent).toEqual([expect.objectContaining({ url: api, authorization: expect.any(String) })]);
  });

  it('headers of the caller are read once: none turns into a second Authorization (OX10)', async () => {
    const { client, sent } = await observed(withPath);
    let reads = 0;
    const name = { toString: () => (reads++ ? 'authorization' : 'x-own') } as unknown as string;
    await client.fetch('me', { headers: [[name, 'Basic x']] });
    const pair: [string, string] = ['x-own', '1'];
    const answer = client.fetch('me', { headers: [pair] });
    pair[0] = 'authorization';
    await answer;
    expect(sent.map(({ authorization }) => authorization)).toEqual([
      expect.stringMatching(/^Bearer [^,]+$/),
      expect.stringMatching(/^Bearer [^,]+$/),
    ]);
  });
});
