import type { AuthServer, AuthServerOptions } from '../auth-server.ts';
import { type Clock, manualClock } from '../clock/clock.ts';
import { createAuthServer } from '../create-auth-server.ts';
import type { TokenResponse } from '../sessions/session-tokens.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { SessionStore } from '../store/session-store.ts';
import { memorySigningKeys, type SigningKeys } from '../tokens/signing-keys.ts';
import { cheapPasswordHasher } from '../users/password-hasher.ts';
import { overhearServer } from './leak-watch.ts';

export const ada = { username: 'ada', password: 'correct horse', claims: { role: 'admin' } };
export const eve = { username: 'eve', password: 'battery staple' };

/** Sends a request to wherever the server is mounted; `path` is relative to it. */
export type Send = (path: string, init?: RequestInit) => Promise<Response>;

/** What a test server is made of, all of it in the test's hands. */
export interface TestServer {
  readonly server: AuthServer;
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly keys: SigningKeys;
}

export function testServer(options: AuthServerOptions = {}): TestServer {
  const clock = options.clock ?? manualClock();
  const store = options.store ?? memoryStore();
  const keys = options.signingKeys ?? memorySigningKeys();
  const passwordHasher = cheapPasswordHasher();
  const parts = { clock, store, signingKeys: keys };
  const server = createAuthServer({ users: [ada, eve], passwordHasher, echo: true, ...options, ...parts });
  return { server: overhearServer(server), clock, store, keys };
}

/** The server without any mount. */
export const direct =
  (server: AuthServer, origin: string = 'https://api.example/'): Send =>
  (path, init) =>
    server.fetch(new Request(new URL(path, origin), init));

export const formPost = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
});

export const jsonPost = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const bearer = (accessToken: string): RequestInit => ({ headers: { authorization: `Bearer ${accessToken}` } });

/** A request by the owner of the session: with its refresh token beside the access token. */
export const byOwner = (
  { access_token, refresh_token }: Pick<TokenResponse, 'access_token' | 'refresh_token'>,
  method: 'DELETE' | 'POST',
): RequestInit => ({
  method,
  headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ refresh_token }),
});

/** The requests an application makes. */
export interface Api {
  login(credentials?: Record<string, unknown>): Promise<Response>;
  refresh(refreshToken: string, key?: string): Promise<Response>;
  logout(fields: Record<string, string>): Promise<Response>;
  me(accessToken: string): Promise<Response>;
}

export function apiOf(send: Send): Api {
  return {
    login: (credentials = { username: ada.username, password: ada.password }) =>
      send('auth/login', jsonPost(credentials)),
    refresh: (refresh_token, key) =>
      send(
        'auth/refresh',
        formPost(
          { grant_type: 'refresh_token', client_id: 'spa', refresh_token },
          key === undefined ? {} : { 'idempotency-key': `"${key}"` },
        ),
      ),
    logout: (fields) => send('auth/logout', formPost(fields)),
    me: (accessToken) => send('me', bearer(accessToken)),
  };
}

export const tokensOf = async (response: Response): Promise<TokenResponse> => {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as TokenResponse;
};

export const pairOf = ({ access_token, refresh_token }: TokenResponse): Record<string, string> => ({
  access_token,
  refresh_token,
});

/** An Idempotency-Key of the right form. */
export const someKey = (name: string | number): string => `idempotency-key-${name}`;

export const outcomeOf = async (response: Response): Promise<[number, unknown]> => [
  response.status,
  JSON.parse((await response.text()) || 'null'),
];
