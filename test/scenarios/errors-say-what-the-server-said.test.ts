import {
  type AuthClientOptions,
  ConfigurationError,
  createAuthClient,
  jsonProtocol,
  LoginFailedError,
} from '@latchkey/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

// Kind: a server says what is wrong, and the error does not.

const baseUrl = 'https://api.example.com';
const url = `${baseUrl}/auth/login`;
const protocols = { oauthProtocol: undefined, jsonProtocol: jsonProtocol() };

const answering = (answer: () => Response | Promise<Response>, options: Partial<AuthClientOptions> = {}) => {
  const client = createAuthClient({ baseUrl, storage: 'memory', fetch: async () => answer(), ...options });
  onTestFinished(() => client.dispose());
  return client;
};
const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('It was accepted.') as never,
    (error: LoginFailedError) => error,
  );
const login = (answer: () => Response | Promise<Response>, options?: Partial<AuthClientOptions>) =>
  failure(answering(answer, options).login({ username: 'ada', password: 'hunter2-hunter2' }));
const json =
  (body: unknown, status: number, type = 'application/json') =>
  () =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
const text =
  (body: string, status: number, type = 'text/plain') =>
  () =>
    new Response(body, { status, headers: type ? { 'content-type': type } : {} });

for (const [name, protocol] of Object.entries(protocols)) {
  const options = protocol ? { protocol } : {};
  describe(`a login with ${name}`, () => {
    for (const [what, answer, words] of [
      [
        'message and errors',
        json({ message: 'password too short', errors: { password: ['at least 8 characters'] } }, 422),
        'password too short; password: at least 8 characters',
      ],
      ['detail (Django)', json({ detail: 'No active account found' }, 401), 'No active account found'],
      ['non_field_errors', json({ non_field_errors: ['Unable to log in.'] }, 400), 'Unable to log in.'],
      [
        'fields of their own',
        json({ username: ['This field is required.'], password: ['Too short.', 'Too common.'] }, 400),
        'username: This field is required.; password: Too short.; password: Too common.',
      ],
      ['msg (Flask)', json({ msg: 'Bad username or password' }, 401), 'Bad username or password'],
      [
        'problem+json',
        json(
          { type: 'x', title: 'Unauthorized', status: 401, detail: 'RequiresTwoFactor' },
          401,
          'application/problem+json',
        ),
        'RequiresTwoFactor',
      ],
      ['a title alone', json({ title: 'Locked out', status: 403 }, 403, 'application/problem+json'), 'Locked out'],
      [
        'ASP.NET validation',
        json({ title: 'One or more validation errors occurred.', errors: { Password: ['Too short.'] } }, 400),
        'One or more validation errors occurred.; Password: Too short.',
      ],
      [
        'error_description',
        json({ error: 'invalid_grant', error_description: 'Wrong password' }, 400),
        '(invalid_grant): Wrong password',
      ],
      [
        'a nested error',
        json({ error: { code: 400, message: 'INVALID_PASSWORD', status: 'INVALID_ARGUMENT' } }, 400),
        'INVALID_PASSWORD',
      ],
      [
        'a list of errors',
        json({ errors: [{ message: 'Invalid user credentials.', extensions: { code: 'INVALID_CREDENTIALS' } }] }, 401),
        'Invalid user credentials.',
      ],
      ['texts in errors', json({ errors: ['One.', 'Two.'] }, 409), 'One.; Two.'],
      [
        'FastAPI validation',
        json({ detail: [{ loc: ['body', 'password'], msg: 'Field required', type: 'missing' }] }, 422),
        'password: Field required',
      ],
      [
        'messages in a list (Nest)',
        json({ statusCode: 400, message: ['email must be an email'], error: 'Bad Request' }, 400),
        'email must be an email',
      ],
      ['an error in words', json({ error: 'Unknown user or wrong password' }, 403), 'Unknown user or wrong password'],
      ['plain text', text('Invalid credentials', 401), 'Invalid credentials'],
      ['plain text for 400', text('no such user', 400), 'no such user'],
      ['JSON that is a text', json('Wrong password', 401), 'Wrong password'],
      ['a list (Rails)', json(['Email is invalid'], 422), 'Email is invalid'],
    ] as const) {
      it(`says what the server says: ${what} (OC17)`, async () => {
        const error = await login(answer, options);
        expect(error).toBeInstanceOf(LoginFailedError);
        expect(error.retryable).toBe(false);
        const { status } = answer();
        expect(error.status).toBe(status);
        expect(error.message).toMatch(/^The login was refused/);
        expect(error.message).toContain(words);
        expect(error.message).toContain(`(POST ${url}, ${status})`);
      });
    }

    it('carries the whole answer, and no log of the error drags it along (OC17)', async () => {
      const body = { mfa_required: true, mfa_token: 'eyJhbGciOiJub25lIn0.eyJtZmEiOnRydWV9.c2ln', methods: ['totp'] };
      for (const status of [200, 400, 401, 403, 409, 422]) {
        const error = await login(json(body, status), options);
        expect(error.body).toEqual(body);
        expect(error.retryable).toBe(false);
        expect(Object.keys(error)).not.toContain('body');
        expect(JSON.stringify(error)).not.toContain('mfa');
      }
      expect((await login(text('Locked', 423), options)).body).toBe('Locked');
    });

    it('says that nobody answered, and where (OC17)', async () => {
      const error = await login(() => Promise.reject(new TypeError('Failed to fetch')), options);
      expect(error.message).toBe(`No response from ${url}. Check baseUrl, CORS and the network.`);
      expect(error).toMatchObject({ retryable: true, cause: { message: 'Failed to fetch' } });
    });

    for (const [found, body] of [
      ['accessToken, refreshToken', { accessToken: 'a', refreshToken: 'b' }],
      ['nothing', {}],
      ['token, user', { token: 'a', user: {} }],
      ['access_token', { access_token: 5 }],
      ['an array', [{ access_token: 'a' }]],
    ] as const) {
      it(`says what is missing, and what there is: ${found} (OC17)`, async () => {
        const error = await login(json(body, 200), options);
        const usable = found === 'access_token' ? 'usable ' : '';
        expect(error.message).toBe(
          `The login answer has no ${usable}\`access_token\` (found: ${found}). See jsonProtocol().`,
        );
        expect(error).toMatchObject({ retryable: false, status: 200, error: null });
      });
    }

    it('says that the refresh token is missing (OC17)', async () => {
      const error = await login(json({ access_token: 'abc', user: 1 }, 200), options);
      expect(error.message).toBe(
        'The login answer has no `refresh_token` (found: access_token, user). If the server keeps it in a cookie, see ' +
          'docs/guides/your-own-server.md.',
      );
      expect(error).toMatchObject({ retryable: false, status: 200 });
    });

    it('says what else came instead of JSON (OC17)', async () => {
      const page = await login(text('<!doctype html>', 200, 'text/html'), options);
      expect(page.message).toMatch(`POST ${url} was answered 200 without JSON (text/html).`);
      expect(page.retryable).toBe(true);
      const down = await login(json({ message: 'Down for maintenance' }, 503), options);
      expect(down.message).toMatch(`POST ${url} was answered 503: Down for maintenance.`);
      const wrong = await login(text('<h1>Not found</h1>', 404, 'text/html'), options);
      expect(wrong.message).toMatch(`POST ${url} was answered 404 without JSON, which is taken for an outage.`);
    });

    it('names no query, and no user in the URL', async () => {
      const endpoints = { login: 'https://api.example.com/token?apikey=secret-key#x' };
      for (const answer of [json({ message: 'no' }, 401), text('', 503), () => Promise.reject(new TypeError('x'))]) {
        const { message } = await login(answer, { ...options, endpoints });
        expect(message).toContain('https://api.example.com/token');
        expect(message).not.toMatch(/secret-key|apikey|#x/);
      }
    });
  });
}

it('a field that was asked for elsewhere is named by its place', async () => {
  const protocol = jsonProtocol({ answer: { accessToken: ['data.token', 'token'] } });
  const { message } = await login(json({ data: { jwt: 'a' } }, 200), { protocol });
  expect(message).toBe('The login answer has no `data.token` (found: data.jwt). See jsonProtocol().');
});

const refreshing = (answers: (() => Response | Promise<Response>)[], options: Partial<AuthClientOptions> = {}) => {
  let n = 0;
  const client = answering(() => (answers[Math.min(n++, answers.length - 1)] as () => Response)(), options);
  client.adoptTokens({ access_token: 'access-token-access', refresh_token: 'refresh-token-refresh', expires_in: 1200 });
  return client;
};
const where = `POST ${baseUrl}/auth/refresh`;

describe('a refresh that is refused in a way that may be a proxy', () => {
  for (const [what, answer, came] of [
    ['403 empty (Spring)', text('', 403, ''), '403 without JSON'],
    ['404 JSON', json({ message: 'Not Found' }, 404), '404 (Not Found)'],
    ['400 text', text('invalid token', 400), '400 without JSON'],
    ['401 HTML', text('<html>', 401, 'text/html'), '401 without JSON'],
    ['422 JSON', json({ msg: 'Signature verification failed' }, 422), '422 (Signature verification failed)'],
    ['410 empty', text('', 410, ''), '410 without JSON'],
    ['405 HTML', text('<h1>', 405, 'text/html'), '405 without JSON'],
  ] as const) {
    it(`says so, and what to set: ${what} (OC18)`, async () => {
      const client = refreshing([answer], { protocol: jsonProtocol() });
      const error = await failure(client.refresh());
      expect(error).toMatchObject({ name: 'RefreshUnavailableError', retryable: true });
      expect(error.message).toBe(
        `${where} was answered ${came}, which is taken for an outage. If it is a refusal, set \`isRefusal\`.`,
      );
      expect(client.session.status).toBe('signed-in');
    });
  }

  it('warns once, loudly, after three of the same (OC18)', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    let at = Date.now();
    const client = refreshing([text('', 403, '')], { platform: { now: () => at } });
    const messages: string[] = [];
    for (let n = 1; n <= 5; n++) {
      messages.push((await failure(client.refresh())).message);
      at += 40_000;
      expect(warned).toHaveBeenCalledTimes(n < 3 ? 0 : 1);
    }
    expect(String(warned.mock.calls[0])).toContain(`${where} was answered 403 without JSON`);
    expect(messages.map((message) => /The same came (\d) times in a row\.$/.exec(message)?.[1])).toEqual([
      undefined,
      undefined,
      '3',
      '4',
      '5',
    ]);
  });

  it('an outage is nothing to be warned of, and something else in between begins anew (OC18)', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    let at = Date.now();
    const mixed = [
      text('', 403, ''),
      text('', 403, ''),
      text('', 503, ''),
      text('', 403, ''),
      text('', 404, ''),
      text('', 403, ''),
    ];
    for (const answers of [[text('', 503, '')], mixed]) {
      const client = refreshing(answers, { platform: { now: () => at } });
      for (let n = 0; n < 6; n++) {
        const { message } = await failure(client.refresh());
        expect(message).not.toContain('in a row');
        at += 40_000;
      }
    }
    expect(warned).not.toHaveBeenCalled();
  });

  it('a refusal says what came', async () => {
    const error = await failure(
      refreshing([json({ error: 'invalid_grant', error_description: 'Token was revoked' }, 400)]).refresh(),
    );
    expect(error).toMatchObject({ name: 'RefreshRejectedError', error: 'invalid_grant' });
    expect(error.message).toBe(`The refresh was refused (invalid_grant): Token was revoked. (${where}, 400)`);
  });

  it('an outage says what came', async () => {
    expect((await failure(refreshing([text('', 503, '')]).refresh())).message).toMatch(`${where} was answered 503.`);
    expect((await failure(refreshing([json({ accessToken: 'x' }, 200)]).refresh())).message).toBe(
      'The refresh answer has no `access_token` (found: accessToken). See jsonProtocol().',
    );
  });
});

it('a protocol of the application that fails is told from a network that does', async () => {
  const good = jsonProtocol();
  const failing = {
    'The login request could not be made: circular.': {
      ...good,
      login: () => {
        throw new TypeError('circular');
      },
    },
    [`POST ${url} was answered 200, but readTokens() of the protocol threw: half.`]: {
      ...good,
      readTokens: () => Promise.reject(new Error('half')),
    },
    [`POST ${url} was answered 200, but readTokens() of the protocol returned undefined.`]: {
      ...good,
      readTokens: async () => undefined,
    },
  };
  for (const [message, protocol] of Object.entries(failing)) {
    const error = await login(json({}, 200), { protocol: protocol as never });
    expect(error).toMatchObject({ name: 'LoginFailedError', message });
  }
});

describe('no token is passed on in the words of others (OX14)', () => {
  const secret = 'sEcReT-refresh+token/0123456789.abcdefghijklmnopqrstuvwxyz=';
  const access = 'aCcEsS-token.0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const everything = (error: unknown): string => {
    const { message, stack, cause, error: code, body } = error as LoginFailedError & { cause?: Error };
    return [
      message,
      stack,
      String(code),
      JSON.stringify(error),
      JSON.stringify(body),
      cause ? everything(cause) : '',
    ].join('\n');
  };
  const clean = (error: unknown) => {
    const said = everything(error);
    for (const token of [secret, access, encodeURIComponent(secret)]) {
      for (let n = 0; n + 16 <= token.length; n++) expect(said).not.toContain(token.slice(n, n + 16));
    }
    return said;
  };
  const held = (answer: () => Response | Promise<Response>, options: Partial<AuthClientOptions> = {}) => {
    const client = answering(answer, options);
    client.adoptTokens({ access_token: access, refresh_token: secret });
    return client;
  };

  for (const [what, words] of Object.entries({
    whole: `token ${secret} is unknown`,
    'percent-encoded': `refresh_token=${encodeURIComponent(secret)}&x=1`,
    'percent-encoded in small letters': `t=${encodeURIComponent(secret).replace(/%../g, (x) => x.toLowerCase())}`,
    'percent-encoded twice': encodeURIComponent(encodeURIComponent(secret)),
    'percent-encoded throughout': [...secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
    'cut off': `Unknown token "${secret.slice(0, 30)}…"`,
    'the other one': `Bearer ${access}`,
    quoted: `{"token":"${secret}"}`,
  })) {
    it(`${what}, in a refusal, an outage, a cause`, async () => {
      for (const body of [
        { error: 'invalid_grant', error_description: words },
        { error: words },
        { message: words, [words]: 1 },
        { detail: [{ msg: words, loc: [words] }] },
      ]) {
        for (const status of [200, 400, 401, 404, 503]) {
          for (const protocol of [undefined, jsonProtocol()]) {
            clean(await failure(held(json(body, status), protocol ? { protocol } : {}).refresh()));
          }
        }
      }
      const inner = new Error(`request failed: ${words}`);
      for (const cause of [
        inner,
        new TypeError('outer', { cause: inner }),
        Object.assign(new Error('x'), { config: { data: words } }),
        words,
      ]) {
        clean(await failure(held(() => Promise.reject(cause)).refresh()));
      }
    });
  }

  it('what is no token stays as it is', async () => {
    const cause = new TypeError('Failed to fetch', { cause: new Error('ECONNREFUSED') });
    const error = await failure(held(() => Promise.reject(cause)).refresh());
    expect(error.cause).toBe(cause);
  });

  it('a password, and tokens of an answer that is not understood, are not passed on either', async () => {
    const error = await login(
      json(
        {
          accessToken: access,
          data: { refresh_token: secret },
          detail: `got ${secret}`,
          input: { password: 'hunter2-hunter2' },
        },
        200,
      ),
    );
    expect(clean(error)).not.toContain('hunter2-hunter2');
    const refused = await login(json({ detail: 'hunter2-hunter2 is too common' }, 422));
    expect(everything(refused)).not.toContain('hunter2-hunter2');
    expect(refused.message).toContain('is too common');
  });
});

describe('what is no token is not taken for one (OX14)', () => {
  const odd = [
    'a\nb',
    'a b',
    ' a',
    'a ',
    'Bearer a',
    'é',
    'a\0',
    'a\tb',
    '=',
    '"a"',
    'a,b',
    '\u200ba',
    '😀',
    'a\r\nX: y',
  ];
  for (const token of odd) {
    it(`as an access token: ${JSON.stringify(token)}`, async () => {
      for (const protocol of [undefined, jsonProtocol()]) {
        const options = protocol ? { protocol } : {};
        const error = await login(json({ access_token: token, refresh_token: 'r' }, 200), options);
        expect(error.message).toMatch(
          /^The login answer has no usable `access_token` \(found: access_token, refresh_token\)\./,
        );
        expect(error.retryable).toBe(false);
        const client = refreshing([json({ access_token: token, refresh_token: 'r' }, 200)], options);
        expect((await failure(client.refresh())).message).toMatch(/^The refresh answer has no usable `access_token`/);
        expect(client.session.status).toBe('signed-in');
        expect(await client.getAccessToken()).toBe('access-token-access');
      }
      const client = answering(json({}, 200));
      expect(() => client.adoptTokens({ access_token: token, refresh_token: 'r' })).toThrow(ConfigurationError);
      expect(client.session.status).toBe('signed-out');
    });
  }
  for (const token of ['a\nb', 'é', '\0', 'a\tb', '😀']) {
    it(`as a refresh token: ${JSON.stringify(token)}`, async () => {
      const error = await login(json({ access_token: 'a', refresh_token: token }, 200));
      expect(error.message).toMatch(/^The login answer has no usable `refresh_token`/);
      const client = answering(json({}, 200));
      expect(() => client.adoptTokens({ access_token: 'a', refresh_token: token })).toThrow(
        /^`adoptTokens\(\)` needs a usable `refresh_token`/,
      );
    });
  }
  it.each(['17|kF3vVqzW2sPq', 'ada:kF3vVqzW2sPq', 'eyJhbGciOiJub25lIn0=.eyJzdWIiOiJhIn0=.c2ln'])(
    'a token as servers give it out, though it is no b64token: %s',
    async (token) => {
      const client = answering(json({}, 200));
      client.adoptTokens({ access_token: token, refresh_token: 'r' });
      expect(await client.getAccessToken()).toBe(token);
    },
  );

  it('whatever RFC 6750 and RFC 6749 allow is taken', async () => {
    const client = answering(json({}, 200));
    client.adoptTokens({ access_token: 'aZ09-._~+/==', refresh_token: 'any text: "VSCHAR" {} ~!' });
    expect(await client.getAccessToken()).toBe('aZ09-._~+/==');
  });
});

it('tokens handed over that are none are refused in words', () => {
  const client = answering(json({}, 200));
  for (const [tokens, message] of [
    [null, '`adoptTokens()` needs a token response; got null.'],
    ['token', '`adoptTokens()` needs a token response; got "token".'],
    [{}, '`adoptTokens()` needs an `access_token` (found: nothing).'],
    [
      { accessToken: 'a', refreshToken: 'r' },
      '`adoptTokens()` needs an `access_token` (found: accessToken, refreshToken).',
    ],
    [{ access_token: 'a' }, '`adoptTokens()` needs a `refresh_token` (found: access_token).'],
  ] as const) {
    expect(() => client.adoptTokens(tokens as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', message }),
    );
  }
});
