import {
  type AuthClientOptions,
  ConfigurationError,
  createAuthClient,
  isAuthError,
  jsonProtocol,
  oauthProtocol,
} from '@latchkey/client';
import { axiosAdapter } from '@latchkey/client/axios';
import { createAuthClient as createCoreClient } from '@latchkey/client/core';
import { dpopFetch } from '@latchkey/client/dpop';
import { eventStream, reconnectingWebSocket } from '@latchkey/client/live';
import { describe, expect, it } from 'vitest';

// Kind: what is wrong with an option is found out later, somewhere else, or never.

const baseUrl = 'https://api.example.com';
const good = { baseUrl, storage: 'memory' } as const;

/** The message of the ConfigurationError that the call throws. */
const refusal = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'ERR_CONFIGURATION', retryable: false });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(isAuthError(error)).toBe(true);
    return (error as Error).message;
  }
  throw new Error('It was accepted.');
};
const client = (options: unknown) => () => createAuthClient(options as AuthClientOptions).dispose();

/** Each with the message in full, as a developer reads it. */
const cases: Record<string, [options: unknown, message: string | RegExp][]> = {
  'what faults.md lists': [
    [
      undefined,
      "`createAuthClient()` needs an object of options; got undefined. Write createAuthClient({ baseUrl: 'https://api.example.com' }).",
    ],
    [{ baseURL: baseUrl }, '`baseUrl` must be an http(s) URL; got undefined. Did you write `baseURL`?'],
    [{ ...good, expiryMargin: '60s' }, '`expiryMargin` must be a number of milliseconds; got "60s". Write 60000?'],
    [
      { ...good, storage: 'localStorage' },
      "`storage` must be 'local', 'session', 'memory' or an object with getItem, setItem and removeItem; got \"localStorage\". Did you mean 'local'?",
    ],
    [
      { ...good, protocol: jsonProtocol },
      '`protocol` must be what jsonProtocol() or oauthProtocol() returns; got the function jsonProtocol. Did you forget to call it? Write `protocol: jsonProtocol()`.',
    ],
    [
      { ...good, accessToken: 'token' },
      '`accessToken` is not an option of createAuthClient(). It belongs to the protocol: jsonProtocol({ answer: { accessToken: … } }).',
    ],
    [
      { ...good, endpoints: { signin: 'x' } },
      '`endpoints.signin` is not an option of createAuthClient(). Did you mean `endpoints.login`?',
    ],
    [
      { ...good, logout: 'bearer' },
      '`logout` is not an option of createAuthClient(). It belongs to the protocol: jsonProtocol({ logout: … }).',
    ],
  ],
  'no options': [
    [null, /got null/],
    [baseUrl, /needs an object of options; got "https:\/\/api\.example\.com"/],
    [[], /got an array/],
    [() => good, /got a function/],
    [{}, /^`baseUrl` must be an http\(s\) URL; got undefined\./],
    [{ baseUrl: null }, /^`baseUrl` must be an http\(s\) URL; got null\./],
  ],
  'other names': [
    [{ base_url: baseUrl }, /Did you write `base_url`\?$/],
    [{ url: baseUrl }, /Did you write `url`\?$/],
    [{ baseUlr: baseUrl }, /Did you write `baseUlr`\?$/],
    [{ ...good, expiryMargn: 5 }, /^`expiryMargn` is not an option .* Did you mean `expiryMargin`\?$/],
    [{ ...good, storagekey: 'x' }, /Did you mean `storageKey`\?$/],
    [{ ...good, client_id: 'x' }, /Did you mean `clientId`\?$/],
    [{ ...good, timeout: 5 }, /Did you mean `refreshTimeout`\?$/],
    [{ ...good, headers: {} }, /It belongs to the protocol: jsonProtocol\(\{ headers: … \}\)\.$/],
    [{ ...good, somethingElse: 1 }, /^`somethingElse` is not an option of createAuthClient\(\)\. It takes `baseUrl`, /],
    [{ ...good, endpoints: { signOut: 'x' } }, /Did you mean `endpoints\.logout`\?$/],
    [{ ...good, endpoints: { token: 'x' } }, /Did you mean `endpoints\.refresh`\?$/],
    [{ ...good, platform: { setTimeout } }, /^`platform\.setTimeout` is not an option/],
    [{ ...good, constructor: 1 }, /^`constructor` is not an option/],
  ],
  URLs: [
    [{ ...good, baseUrl: 'localhost:3000' }, /^`baseUrl` must be an http\(s\) URL; got "localhost:3000"\./],
    [{ ...good, baseUrl: 5 }, /got 5\./],
    [{ ...good, baseUrl: {} }, /got an object\./],
    [{ ...good, baseUrl: [baseUrl] }, /got an array\./],
    [{ ...good, baseUrl: '' }, /got ""\./],
    [{ ...good, apis: baseUrl }, /^`apis` must be an array of http\(s\) URLs; got "https:/],
    [{ ...good, apis: [{}] }, /^`apis` must be an array/],
    [{ ...good, apis: [undefined] }, /^`apis` must be an array/],
    [{ ...good, endpoints: 'auth' }, /^`endpoints` must be an object; got "auth"\./],
    [{ ...good, endpoints: ['login'] }, /^`endpoints` must be an object; got an array\./],
    [{ ...good, endpoints: { login: 5 } }, /^`endpoints\.login` must be a URL or a path; got 5\./],
    [{ ...good, endpoints: { login: '' } }, /^`endpoints\.login` must be a URL or a path; got ""\./],
    [{ ...good, endpoints: { refresh: {} } }, /^`endpoints\.refresh` must be/],
  ],
  durations: [
    ...['expiryMargin', 'refreshTimeout', 'lockTimeout', 'logoutTimeout', 'warnBefore'].flatMap(
      (name): [unknown, RegExp][] =>
        [-1, Number.NaN, Number.POSITIVE_INFINITY, '5', true, {}, [], [5], () => 5, 5n, new Date(0)].map((value) => [
          { ...good, [name]: value },
          new RegExp(`^\`${name}\` must be a number of milliseconds; got `),
        ]),
    ),
    [{ ...good, lockTimeout: '5000' }, /Write 5000\?$/],
    [{ ...good, lockTimeout: '2 min' }, /Write 120000\?$/],
    [{ ...good, lockTimeout: '1.5h' }, /Write 5400000\?$/],
    [{ ...good, lockTimeout: 'soon' }, /got "soon"\.$/],
    [{ ...good, lockTimeout: Number.NaN }, /got NaN\.$/],
    [{ ...good, lockTimeout: -5 }, /got -5\.$/],
  ],
  'everything else': [
    ...['sessionStorage', 'indexedDB', 'cookie', '', 5, true, {}, [], () => {}].map((storage): [unknown, RegExp] => [
      { ...good, storage },
      /^`storage` must be 'local', /,
    ]),
    [{ ...good, storage: { getItem() {}, setItem() {} } }, /^`storage` must be/],
    [{ ...good, renew: 'on-demand' }, /^`renew` must be 'on-use' or 'while-visible'; got "on-demand"\./],
    [{ ...good, renew: true }, /got true\./],
    [{ ...good, storageKey: '' }, /^`storageKey` must be a text that is not empty; got ""\./],
    [{ ...good, storageKey: 5 }, /got 5\./],
    [{ ...good, clientId: {} }, /^`clientId` must be a text/],
    [{ ...good, fetch: 'fetch' }, /^`fetch` must be a function; got "fetch"\./],
    [{ ...good, isTokenExpired: true }, /^`isTokenExpired` must be a function/],
    [{ ...good, onLoginRequired: '/login' }, /^`onLoginRequired` must be a function/],
    [{ ...good, protocol: 'oauth' }, /^`protocol` must be/],
    [{ ...good, protocol: { login() {} } }, /^`protocol` must be/],
    [{ ...good, protocol: {} }, /^`protocol` must be/],
    [{ ...good, platform: 'node' }, /^`platform` must be an object/],
    [{ ...good, platform: { now: 5 } }, /^`platform\.now` must be a function/],
    [{ ...good, platform: { locks: {} } }, /^`platform\.locks` must be/],
    [{ ...good, ky: 5 }, /^`ky` must be an object/],
    [{ ...good, ky: [] }, /^`ky` must be an object/],
  ],
};

for (const [group, list] of Object.entries(cases)) {
  describe(`options of createAuthClient: ${group} (OC21)`, () => {
    for (const [n, [options, message]] of list.entries()) {
      it(`${n}: ${message}`, () => {
        const said = refusal(client(options));
        if (typeof message === 'string') expect(said).toBe(message);
        else expect(said).toMatch(message);
      });
    }
  });
}

it('the core refuses the same, and knows nothing of ky (OC21)', () => {
  expect(refusal(() => createCoreClient(undefined as never))).toMatch(/needs an object/);
  expect(refusal(() => createCoreClient({ ...good, ky: {} } as never))).toMatch(/^`ky` is not an option/);
});

it('an option that is left out, undefined or null is the default, whatever its name', () => {
  const names = Object.keys({
    apis: 0,
    endpoints: 0,
    protocol: 0,
    clientId: 0,
    storageKey: 0,
    expiryMargin: 0,
    renew: 0,
    isTokenExpired: 0,
    onLoginRequired: 0,
    platform: 0,
    ky: 0,
    notAnOption: 0,
  });
  for (const nothing of [null, undefined]) {
    client({ ...good, ...Object.fromEntries(names.map((name) => [name, nothing])) })();
    client({ ...good, endpoints: { login: nothing, refresh: nothing } })();
    jsonProtocol({ answer: nothing, refresh: nothing, headers: nothing, logout: nothing } as never);
  }
  for (const name of [undefined, null]) expect(() => jsonProtocol(name as never)).not.toThrow();
});

it('what is right is taken as it is', () => {
  for (const options of [
    { baseUrl: new URL(baseUrl) },
    { baseUrl, apis: [new URL(baseUrl), 'files/'] },
    { baseUrl, expiryMargin: 0 },
    { baseUrl, storage: { getItem: () => null, setItem() {}, removeItem() {} } },
    { baseUrl, platform: { locks: null, now: () => 5 } },
    { baseUrl, protocol: { ...oauthProtocol(), revoke: undefined } },
    Object.create({ baseUrl }),
    new (class {
      readonly baseUrl = baseUrl;
    })(),
  ]) {
    expect(client({ storage: 'memory', ...options, ...(Object.keys(options).length === 0 && good) })).not.toThrow();
  }
});

describe('what else takes options (OC21)', () => {
  const fake = {
    subscribe: () => () => {},
    getAccessToken: async () => 't',
    refresh: async () => {},
    apiUrl: String,
    fetch,
  };
  for (const [what, call, message] of [
    ['jsonProtocol', () => jsonProtocol('json' as never), /^`jsonProtocol\(\)` needs an object of options; got "json"/],
    [
      'an unknown logout',
      () => jsonProtocol({ logout: 'post' as never }),
      /^`logout` must be 'pair', 'refresh-token', 'bearer' or 'none'; got "post"\.$/,
    ],
    ['logoutAs', () => jsonProtocol({ logoutAs: 'xml' as never }), /^`logoutAs` must be 'json' or 'form'/],
    [
      'refresh.as',
      () => jsonProtocol({ refresh: { as: 'query' as never } }),
      /^`refresh\.as` must be 'json', 'form' or 'bearer'/,
    ],
    [
      'refresh.extra',
      () => jsonProtocol({ refresh: { extra: { n: {} } as never } }),
      /^`refresh\.extra` must be an object of texts/,
    ],
    ['refresh as text', () => jsonProtocol({ refresh: 'form' as never }), /^`refresh` must be an object; got "form"/],
    [
      'expiryUnit',
      () => jsonProtocol({ answer: { expiryUnit: 'minutes' as never } }),
      /^`answer\.expiryUnit` must be 'seconds', .*; got "minutes"/,
    ],
    ['a field', () => jsonProtocol({ answer: { accessToken: 5 as never } }), /^`answer\.accessToken` must be a path/],
    [
      'an empty list of fields',
      () => jsonProtocol({ answer: { accessToken: [] } }),
      /^`answer\.accessToken` must be a path/,
    ],
    [
      'a field of another name',
      () => jsonProtocol({ answer: { access_token: 'x' } as never }),
      /^`answer\.access_token` is not an option of jsonProtocol\(\)\. Did you mean `answer\.accessToken`\?$/,
    ],
    ['a field on top', () => jsonProtocol({ accessToken: 'x' } as never), /Did you mean `answer\.accessToken`\?$/],
    ['isRefusal', () => jsonProtocol({ isRefusal: [403] as never }), /^`isRefusal` must be a function/],
    ['headers', () => jsonProtocol({ headers: [] as never }), /^`headers` must be an object of texts/],
    ['a header that none may be', () => jsonProtocol({ headers: { 'x y': 'z' } }), /^`headers` must be/],
    [
      'idempotencyKey',
      () => jsonProtocol({ idempotencyKey: 'yes' as never }),
      /^`idempotencyKey` must be true or false/,
    ],
    [
      'oauthProtocol',
      () => oauthProtocol(...([{ answer: {} }] as unknown as [])),
      /^oauthProtocol\(\) takes no options; got an object\. Did you mean jsonProtocol\(\)\?$/,
    ],
    ['dpopFetch', () => dpopFetch(undefined as never), /^`dpopFetch\(\)` needs an object of options/],
    [
      'dpopFetch without baseUrl',
      () => dpopFetch({ baseURL: baseUrl } as never),
      /^`baseUrl` must be an http\(s\) URL; got undefined\. Did you write `baseURL`\?/,
    ],
    ['dpopFetch: required', () => dpopFetch({ baseUrl, required: 'no' as never }), /^`required` must be true or false/],
    [
      'dpopFetch: revocationEndpoint',
      () => dpopFetch({ baseUrl, revocationEndpoint: 5 as never }),
      /^`revocationEndpoint` must be a URL or a path/,
    ],
    [
      'dpopFetch: endpoints',
      () => dpopFetch({ baseUrl, endpoints: { signin: 'x' } as never }),
      /^`endpoints\.signin` is not an option of dpopFetch\(\)/,
    ],
    ['dpopFetch: another name', () => dpopFetch({ baseUrl, require: false } as never), /Did you mean `required`\?$/],
    ['axiosAdapter', () => axiosAdapter(undefined as never), /^`axiosAdapter\(\)` needs the client; got undefined/],
    [
      'axiosAdapter of options',
      () => axiosAdapter({ baseURL: baseUrl } as never),
      /^`axiosAdapter\(\)` needs the client; got an object/,
    ],
    [
      'a socket without options',
      () => reconnectingWebSocket(fake, 'wss://x.example', undefined as never),
      /needs an object of options/,
    ],
    [
      'a socket without authenticate',
      () => reconnectingWebSocket(fake, 'wss://x.example', {} as never),
      /^`authenticate` must be a function; got undefined/,
    ],
    [
      'a socket: minValidity',
      () => reconnectingWebSocket(fake, 'wss://x.example', { authenticate() {}, minValidity: '1m' as never }),
      /^`minValidity` must be a number of milliseconds/,
    ],
    [
      'a socket: another name',
      () => reconnectingWebSocket(fake, 'wss://x.example', { authenticate() {}, onmessage() {} } as never),
      /Did you mean `onMessage`\?$/,
    ],
    [
      'a socket without a client',
      () => reconnectingWebSocket(undefined as never, 'wss://x.example', { authenticate() {} }),
      /needs the client; got undefined/,
    ],
  ] as const) {
    it(`${what}`, () => {
      expect(refusal(call)).toMatch(message);
    });
  }

  it('a stream', async () => {
    const stream = (...call: unknown[]) => eventStream(...(call as Parameters<typeof eventStream>)).next();
    await expect(stream(fake, 'x', { minValidity: -1 })).rejects.toThrow(/^`minValidity` must be a number of milli/);
    await expect(stream(fake, 'x', { signal: 5 })).rejects.toThrow(/^`signal` must be an AbortSignal; got 5/);
    await expect(stream({}, 'x')).rejects.toThrow(/needs the client; got an object/);
  });

  it('the calls of a client', async () => {
    const { login, refresh, getAccessToken, subscribe, dispose } = createAuthClient(good);
    const rejected = async (call: Promise<unknown>) => {
      const error = await call.then(
        () => new Error('It was accepted.'),
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({ name: 'ConfigurationError' });
      return error.message;
    };
    for (const odd of [
      undefined,
      null,
      'ada',
      ['ada', 'pw'],
      new FormData(),
      new URLSearchParams(),
      new Event('submit'),
      () => {},
    ]) {
      expect(await rejected(login(odd as never))).toMatch(/^`login\(\)` needs an object of credentials; got /);
    }
    expect(await rejected(login(new FormData() as never))).toMatch(/Write login\(Object\.fromEntries\(formData\)\)\.$/);
    expect(await rejected(login({}, { signal: 'x' as never }))).toMatch(/^`signal` must be an AbortSignal/);
    expect(await rejected(login({}, { timeout: 5 } as never))).toMatch(/^`timeout` is not an option of login\(\)/);
    expect(await rejected(login({}, new AbortController().signal as never))).toMatch(
      /needs an object of options|is not an option/,
    );
    expect(await rejected(refresh({ force: 'yes' as never }))).toMatch(/^`force` must be true or false/);
    expect(await rejected(getAccessToken({ minValidity: '60s' as never }))).toMatch(
      /^`minValidity` must be a number of/,
    );
    expect(await rejected(getAccessToken({ minValidity: Number.NaN }))).toMatch(/got NaN/);
    expect(refusal(() => subscribe(undefined as never))).toMatch(/^`subscribe\(\)` needs a function; got undefined/);
    dispose();
  });
});

it('no message shows what may be a token', () => {
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlc2lnbmF0dXJl';
  for (const name of [
    'baseUrl',
    'storage',
    'renew',
    'expiryMargin',
    'fetch',
    'protocol',
    'platform',
    'endpoints',
    'apis',
    token,
  ]) {
    const said = refusal(client({ ...good, [name]: name === 'apis' ? token : token }));
    expect(said).not.toContain(token.slice(0, 16));
    if (name !== token) expect(said).toContain(`a text of ${token.length} characters`);
  }
});
