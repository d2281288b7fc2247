import { type AuthClientOptions, createAuthClient } from '@latchkey/client';
import { dpopFetch } from '@latchkey/client/dpop';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

// Kind: an address that the browser reads in one way is read in another here.

const page = 'https://app.test/app/orders/7/edit?tab=2';

/** The document is at `page`, with a `<base>` if there is one. */
function openPage(base?: string): void {
  const before = document.location.href;
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(page);
  const element = document.createElement('base');
  if (base !== undefined) {
    element.setAttribute('href', base);
    document.head.append(element);
  }
  onTestFinished(() => {
    element.remove();
    (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(before);
  });
}

/** Where a client with these options sends what. */
async function sentTo(options: AuthClientOptions): Promise<string[]> {
  const sent: string[] = [];
  const client = createAuthClient({
    storage: 'memory',
    fetch: async (input) => {
      sent.push(input instanceof Request ? input.url : String(input));
      return Response.json({ access_token: 'a-token', refresh_token: 'another-token' });
    },
    ...options,
  });
  onTestFinished(() => client.dispose());
  await client.login({ username: 'ada' });
  await client.fetch('me');
  await client.api.get('me');
  return sent;
}

describe('a relative baseUrl', () => {
  for (const [base, baseUrl, prefix] of [
    ['/app/', 'api', 'https://app.test/app/api/'],
    ['/app/', '/api', 'https://app.test/api/'],
    ['/app/', './', 'https://app.test/app/'],
    ['https://cdn.test/x/', 'api', 'https://cdn.test/x/api/'],
    ['https://cdn.test/x/', '//api.test', 'https://api.test/'],
    [undefined, 'api', 'https://app.test/app/orders/7/api/'],
    [undefined, '/api/', 'https://app.test/api/'],
    ['/app/', 'https://api.test/v1', 'https://api.test/v1/'],
  ] as const) {
    it(`${baseUrl} is ${prefix} with ${base ? `<base href="${base}">` : 'no <base>'}, however deep the page is (OC8)`, async () => {
      openPage(base);
      expect(await sentTo({ baseUrl })).toEqual(['auth/login', 'me', 'me'].map((path) => prefix + path));
    });
  }

  it('is the same for dpopFetch (OC8)', async () => {
    openPage('/app/');
    const sent: string[] = [];
    const fetch = dpopFetch({
      baseUrl: 'api',
      required: false,
      fetch: async (input) => {
        sent.push((input as Request).url);
        return new Response();
      },
    });
    await fetch('me');
    expect(sent).toEqual(['https://app.test/app/api/me']);
  });

  it('needs no document: a worker has its location (OC8)', async () => {
    openPage('/app/');
    vi.stubGlobal('document', undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    expect((await sentTo({ baseUrl: '/api' }))[0]).toBe('https://app.test/api/auth/login');
  });
});

describe('http', () => {
  const create = (options: Partial<AuthClientOptions>) => () =>
    createAuthClient({ storage: 'memory', baseUrl: 'https://api.test', ...options }).dispose();

  for (const host of [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'api.localhost',
    'tenant.app.localhost.',
    '127.0.0.1',
    '127.0.0.2',
    '127.255.255.254',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '127.0.0.1.',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
  ]) {
    it(`is good enough for ${host}, which is this device (OC9)`, () => {
      expect(create({ baseUrl: `http://${host}:3000/v1` })).not.toThrow();
      expect(create({ apis: [`http://${host}`] })).not.toThrow();
    });
  }

  for (const host of [
    'api.example.com',
    'notlocalhost',
    'localhost.example.com',
    'localhost..',
    '127.0.0.1.example.com',
    '128.0.0.1',
    '0.0.0.0',
    '192.168.1.20',
    '10.0.2.2',
    '[::2]',
    '[fe80::1]',
    '[::ffff:8.8.8.8]',
    'my-laptop.local',
  ]) {
    it(`is refused for ${host}, and the error says the way out (OC9)`, () => {
      for (const options of [
        { baseUrl: `http://${host}:3000` },
        { apis: [`http://${host}:3000`] },
        { endpoints: { login: `http://${host}:3000/login` } },
      ]) {
        expect(create(options)).toThrow(
          expect.objectContaining({ code: 'ERR_CONFIGURATION', message: expect.stringContaining('insecureHosts') }),
        );
      }
    });
  }

  it('is taken for a host that is named, and for no other; development is warned, once (OC9)', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const insecureHosts = ['192.168.1.20', 'My-Laptop.local', '[FE80::1]'];
    for (const host of ['192.168.1.20:3000', '192.168.1.20', 'my-laptop.LOCAL', '[fe80:0::1]:8080', '0xC0A80114']) {
      expect(create({ baseUrl: `http://${host}`, insecureHosts })).not.toThrow();
    }
    for (const host of ['192.168.1.21', '192.168.1.200', 'x.192.168.1.20.example', 'x.my-laptop.local']) {
      expect(create({ baseUrl: `http://${host}`, insecureHosts })).toThrow(/insecureHosts/);
      expect(create({ apis: [`http://${host}`], insecureHosts })).toThrow(/insecureHosts/);
    }
    const said = warn.mock.calls.map(([message]) => String(message)).filter((message) => message.includes(':3000'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('in the clear');
  });

  for (const wrong of [
    '192.168.1.20',
    ['http://192.168.1.20'],
    ['192.168.1.20:3000'],
    ['*'],
    ['*.local'],
    [''],
    [7],
    ['a/b'],
    ['a@b'],
    [null],
  ]) {
    it(`takes no ${JSON.stringify(wrong)} for the names of hosts (OC9)`, () => {
      expect(create({ baseUrl: 'http://192.168.1.20', insecureHosts: wrong as never })).toThrow(/`insecureHosts`/);
    });
  }
});
