import { base64url } from 'jose';
import { type Answer, described, type EndpointName, header, type JsonObject } from './answer.ts';
import type { Outgoing } from './exchange.ts';
import type { Target } from './target.ts';
import type { Transport } from './transport.ts';
import { Unchecked } from './violation.ts';

/** A pair as the server handed it out. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sid: string;
  readonly tokens: JsonObject;
}

type Fields = Readonly<Record<string, string>>;
type Headers = Readonly<Record<string, string>>;

/** What a rule does to the server, in the words of the protocol. */
export interface Probe {
  readonly target: Target;
  /** Every answer of the run so far, oldest first. */
  readonly seen: readonly Answer[];
  /** A new session. @throws Unchecked when that does not work. */
  signIn(who?: 'user' | 'otherUser', members?: JsonObject): Promise<Session>;
  /** The next pair of a session. @throws Unchecked when that does not work. */
  next(session: Session, key?: string): Promise<Session>;
  login(members: JsonObject): Promise<Answer>;
  refresh(refreshToken: string, options?: { key?: string; fields?: Fields; headers?: Headers }): Promise<Answer>;
  logout(fields: Fields, headers?: Headers): Promise<Answer>;
  revoke(fields: Fields): Promise<Answer>;
  /** GET of the protected resource, or of another one that takes an access token. */
  api(accessToken: string | null, headers?: Headers): Promise<Answer>;
  send(endpoint: EndpointName, outgoing: Outgoing, path?: string): Promise<Answer>;
  /** Moves the server's time. */
  advance(seconds: number): Promise<void>;
}

/** An Idempotency-Key that nobody had before. */
export const newKey = (): string => randomText(32);

/** Of the form of a refresh token of the reference server. */
export const unknownToken = (): string => `rt1_${randomText(32)}`;

export const randomText = (bytes: number): string => base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)));

export const pairOf = ({ accessToken, refreshToken }: Session): Fields => ({
  access_token: accessToken,
  refresh_token: refreshToken,
});

export const bearer = (accessToken: string): Headers => ({ authorization: `Bearer ${accessToken}` });

/** The pair in an answer; null when there is none. */
export function sessionIn({ status, json }: Answer): Session | null {
  if (status !== 200 || json === null) return null;
  const { access_token: accessToken, refresh_token: refreshToken, sid } = json;
  if (typeof accessToken !== 'string' || accessToken === '') return null;
  if (typeof refreshToken !== 'string' || refreshToken === '') return null;
  return { accessToken, refreshToken, sid: typeof sid === 'string' ? sid : '', tokens: json };
}

export function createProbe(target: Target, transport: Transport, seen: readonly Answer[]): Probe {
  const { send, advance } = transport;
  const form = (fields: Fields) => ({ form: Object.entries(fields) });

  const probe: Probe = {
    target,
    seen,
    send,
    advance,

    async signIn(who = 'user', members = {}) {
      const credentials = target[who];
      if (credentials === null) throw new Unchecked('It needs another user.');
      const { username, password } = credentials;
      return prepared('login', await probe.login({ username, password, client_id: target.clientId, ...members }));
    },

    next: async ({ refreshToken }, key = newKey()) => prepared('refresh', await probe.refresh(refreshToken, { key })),

    login: (json) => send('login', { method: 'POST', body: { json } }),

    refresh(refreshToken, { key, fields, headers } = {}) {
      const all = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: target.clientId, ...fields };
      const keyed = key === undefined ? {} : { 'idempotency-key': `"${key}"` };
      return send('refresh', { method: 'POST', headers: { ...keyed, ...headers }, body: form(all) });
    },

    logout: (fields, headers = {}) => send('logout', { method: 'POST', headers, body: form(fields) }),

    revoke: (fields) => send('revoke', { method: 'POST', body: form(fields) }),

    api: (accessToken, headers = {}) =>
      send('api', { method: 'GET', headers: { ...(accessToken === null ? {} : bearer(accessToken)), ...headers } }),
  };

  function prepared(what: string, answer: Answer): Session {
    const session = sessionIn(answer);
    if (session === null) throw new Unchecked(`A ${what} to prepare it did not work: ${described(answer)}.`);
    return session;
  }

  return probe;
}

/** Seconds that a token response names. @throws Unchecked when it does not. */
export function secondsIn(
  { tokens }: Session,
  member: 'expires_in' | 'refresh_token_timeout' | 'authorization_expires_in',
): number {
  const value = tokens[member];
  if (typeof value !== 'number') throw new Unchecked(`The token response has no number ${member}.`);
  return value;
}

/** Whether nothing is served there. */
export const isAbsent = (answer: Answer): boolean =>
  answer.status === 404 ||
  answer.status === 405 ||
  (answer.status === 200 && /html/.test(header(answer, 'content-type')));
