import { type AuthServer, type AuthServerOptions, cheapPasswordHasher, createAuthServer } from '@latchkey/mock-server';
import { serve } from '@latchkey/mock-server/node';
import { manualClock } from '../../packages/mock-server/src/clock/clock.ts';
import type { Random } from '../../packages/mock-server/src/tokens/random.ts';
import { newSigningKey, type SigningKeys } from '../../packages/mock-server/src/tokens/signing-keys.ts';

export const origin = 'https://api.example';
export const page = 'https://app.example';
export const ada = { username: 'ada', password: 'correct horse' };
export const eve = { username: 'eve', password: 'battery staple' };
/** When all examples begin. */
export const start: number = Date.UTC(2026, 0, 5, 9);

/** A request as the documents show it. */
export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Exchange {
  readonly ask: Ask;
  readonly response: Response;
  /** The body, as it came. */
  readonly text: string;
}

/** A server on HTTP whose random values are the same in every run. */
export interface ExampleServer {
  readonly server: AuthServer;
  readonly keys: SigningKeys;
  /** Where it is listening; the documents say {@link origin} instead. */
  readonly url: string;
  ask(ask: Ask): Promise<Exchange>;
  close(): Promise<void>;
}

/** Bytes that look random and are the same in every run. */
export function repeatableRandom(): Random {
  let state = 0x1a2b3c4d;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
  return (count) => Uint8Array.from({ length: count }, next);
}

function oneKey(): SigningKeys {
  let keys = newSigningKey().then((key) => [{ ...key, kid: '2026-01' }]);
  return {
    load: () => keys,
    async update(next) {
      keys = keys.then((present) => [...next(present)]);
      await keys;
    },
  };
}

export async function openExampleServer(options: AuthServerOptions = {}): Promise<ExampleServer> {
  const keys = oneKey();
  const server = createAuthServer({
    users: [ada, eve],
    clock: manualClock(start),
    random: repeatableRandom(),
    signingKeys: keys,
    issuer: origin,
    allowedOrigins: [page],
    echo: true,
    passwordHasher: cheapPasswordHasher(),
    ...options,
  });
  // An example can come from any address: that is what X-Forwarded-For is for.
  const { url, close } = await serve(server, { proxies: 1 });
  return {
    server,
    keys,
    url,
    async ask({ method, path, headers = {}, body }) {
      const response = await fetch(new URL(path, url), {
        method,
        headers: { origin: page, ...headers },
        ...(body !== undefined && { body }),
      });
      // What the server says of itself is where the reader's server would be.
      const text = (await response.clone().text()).replaceAll(url, `${origin}/`);
      return { ask: { method, path, headers, ...(body !== undefined && { body }) }, response, text };
    },
    close,
  };
}

export const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Ask => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
});

export const jsonBody = (path: string, body: unknown, headers: Record<string, string> = {}): Ask => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const withToken = (method: string, path: string, accessToken: string): Ask => ({
  method,
  path,
  headers: { authorization: `Bearer ${accessToken}` },
});

/** What ends sessions: an access token, and evidence that it was not stolen. */
export const withEvidence = (
  method: string,
  path: string,
  accessToken: string,
  evidence: Readonly<Record<string, string>>,
): Ask => ({
  ...jsonBody(path, evidence, { authorization: `Bearer ${accessToken}` }),
  method,
});

export const refreshAsk = (refreshToken: string, key?: string, clientId = 'spa'): Ask =>
  form(
    'auth/refresh',
    { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId },
    key === undefined ? {} : { 'idempotency-key': `"${key}"` },
  );
