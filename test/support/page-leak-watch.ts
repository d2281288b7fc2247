/**
 * What `leak-watch.ts` is for scenarios, inside a page. It runs before the client, in the page: a leak is told to the page's
 * server at once, because the page may be gone in the next moment, and `PageServer.close` fails on it.
 */
export function watchPage(): void {
  const pieceLength = 16;
  const pieces = new Set<string>();
  /** The record is where the tokens live: its name in storage is the client's `storageKey`. */
  const recordKeys = new Set(['latchkey']);
  const { stringify } = JSON;

  const noteTokens = (text: string): void => {
    for (const [, token = ''] of text.matchAll(
      /"(?:accessToken|refreshToken|access_token|refresh_token)":"([^"]+)"/g,
    )) {
      for (let at = 0; at + pieceLength <= token.length; at++) pieces.add(token.slice(at, at + pieceLength));
    }
  };

  /** Everything in a value that a console, a reporter of errors or another tab could show. */
  const textOf = (value: unknown, seen = new Set<unknown>()): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    if (seen.has(value) || seen.size > 200) return '';
    seen.add(value);
    const parts: unknown[] = [value instanceof Headers || value instanceof Map ? [...value] : ''];
    if (value instanceof Request || value instanceof Response) parts.push(value.url, [...value.headers]);
    for (const name of Object.getOwnPropertyNames(value)) {
      try {
        parts.push(name, (value as Record<string, unknown>)[name]);
      } catch {
        // Not to be read, so not to be shown.
      }
    }
    return parts.map((part) => textOf(part, seen)).join('\n');
  };

  const overhear = (where: string, value: unknown): void => {
    const text = textOf(value);
    for (const { 0: run } of text.matchAll(/[\w.~+/=-]{16,}/g)) {
      for (let at = 0; at + pieceLength <= run.length; at++) {
        if (!pieces.has(run.slice(at, at + pieceLength))) continue;
        tell(`${where}: ${run}`);
        return;
      }
    }
  };

  const tell = (leak: string): void => {
    const asking = new XMLHttpRequest();
    try {
      asking.open('POST', '/leak', false);
      asking.send(leak);
    } catch {
      // A page that is leaving may not wait.
      navigator.sendBeacon('/leak', leak);
    }
  };

  const before = <T extends object>(
    owner: T | undefined,
    name: keyof T,
    listen: (...given: unknown[]) => void,
  ): void => {
    const original = owner?.[name] as ((...given: unknown[]) => unknown) | undefined;
    if (owner === undefined || original === undefined) return;
    owner[name] = function (this: unknown, ...given: unknown[]) {
      listen(...given);
      return original.apply(this, given);
    } as T[keyof T];
  };

  const overhearStored = (key: unknown, value: unknown): void => {
    noteTokens(String(value));
    const isRecordKey = [...recordKeys].some(
      (name) => key === name || (`${key}`.startsWith(`${name}:`) && /:(api|session)$/.test(`${key}`)),
    );
    if (!isRecordKey) overhear('storage', [key, value]);
  };

  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const)
    before(console, name, (...args) => overhear('console', args));
  before(globalThis.BroadcastChannel?.prototype, 'postMessage', (message) => overhear('BroadcastChannel', message));
  before(globalThis.Storage?.prototype, 'setItem', overhearStored);
  addEventListener('storage', ({ key, newValue, oldValue }) => overhearStored(key, [newValue, oldValue]));
  addEventListener('error', ({ message, error }) => overhear('error', [message, error]));
  addEventListener('unhandledrejection', ({ reason }) => overhear('rejection', reason));

  // Tokens are known from the answers that are read, from what is stored, and from what a test hands over.
  for (const name of ['json', 'text'] as const) {
    const original = Response.prototype[name];
    Response.prototype[name] = async function () {
      const body: unknown = await original.call(this);
      noteTokens(typeof body === 'string' ? body : stringify(body));
      return body as string;
    };
  }
  try {
    for (const value of Object.values(localStorage)) noteTokens(String(value));
  } catch {
    // A page without storage.
  }

  type Client = import('@latchkey/client').AuthClient;
  Object.assign(globalThis, {
    [Symbol.for('overhear client')]: (client: Client, storageKey = 'latchkey'): Client => {
      recordKeys.add(storageKey);
      client.subscribe((session, event) => overhear('event', [session, event]));
      const listened: Partial<Client> = {
        adoptTokens(tokens) {
          noteTokens(stringify(tokens));
          return client.adoptTokens(tokens);
        },
      };
      for (const name of ['login', 'logout', 'refresh', 'getAccessToken', 'fetch'] as const) {
        const original = client[name] as (...given: never[]) => Promise<unknown>;
        Object.assign(listened, {
          [name](...given: never[]) {
            const work = original(...given);
            work.catch((error: unknown) => overhear(`${name}()`, error));
            return work;
          },
        });
      }
      return Object.create(client, Object.getOwnPropertyDescriptors(listened)) as Client;
    },
  });
}
