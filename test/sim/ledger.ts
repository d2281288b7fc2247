import type { Answer, Flight } from './world/flight.ts';
import type { Page } from './world/page.ts';

/** Why a session may end. */
export type Cause = 'logout' | 'replaced' | 'cleared' | 'refused' | 'collision';

/** What makes it forgivable that a refresh token is presented more than once. */
export type Excuse = 'slow' | 'unlocked';

/** All that is known of one session, from what went over the wire and into storage. */
export interface SessionFacts {
  readonly sid: string;
  /** How the trace calls it. */
  readonly name: string;
  readonly user: string;
  /** What it is called in storage. */
  readonly localNames: Set<string>;
  readonly causes: Set<Cause>;
  readonly excuses: Set<Excuse>;
  /** A token of it was refused as spent while it lived on. */
  wasRefused: boolean;
  /** When somebody logged out of it, or logged in over it. */
  overAt: number | null;
  /** Which session somebody logged in to over it. */
  replacedBy: string | null;
  /** Whether its pair was ever stored with the ticket that can end it later. */
  hasTicket: boolean;
  /** Why it must be dead on the server in the end. */
  mustDie: string | null;
  /** The newest generation of refresh tokens. */
  generation: number;
}

export interface TokenFacts {
  readonly session: SessionFacts;
  readonly generation: number;
  readonly presentations: Flight[];
  /** A page got what it was exchanged for, at that moment. */
  successorArrivedAt: number | null;
}

export interface AccessFacts {
  readonly session: SessionFacts;
  readonly generation: number;
  /** Some page was told that it is not good. */
  refused: boolean;
}

/** The members of a stored record that the checks look at. */
export interface StoredPair {
  readonly sid: string;
  /** The session's local name, which other stored values know it by. */
  readonly id: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly ticket?: string;
  readonly savedAt: number;
  readonly accessExpiresAt: number;
}

/** An answer that is lost or late, now or in the end. */
function goesAstray({ trouble, got, served }: Flight): boolean {
  const late = ['lost answer', 'slow answer', 'slow request', 'never'].includes(trouble?.kind ?? '');
  return late || (got === 'broken' && served !== null);
}

export const recordKey = 'latchkey';

export function parsePair(raw: string | null | undefined): StoredPair | null {
  return raw ? (JSON.parse(raw) as StoredPair) : null;
}

/** Whether the tab sees an attempt to refresh that has begun and not ended. */
export function attemptUnderWay(page: Page): boolean {
  const entry = JSON.parse(page.view.getItem(`${recordKey}:refresh`) ?? 'null') as { begunAt: number | null } | null;
  return entry?.begunAt != null;
}

export const pairOf = (page: Page): StoredPair | null => parsePair(page.view.getItem(recordKey));

/** Knows every token that was ever issued, and what happened to the sessions. */
export interface Ledger {
  readonly sessions: ReadonlyMap<string, SessionFacts>;
  refreshToken(token: string | undefined): TokenFacts | undefined;
  accessToken(token: string | null): AccessFacts | undefined;
  /** The server issued a pair. */
  issue(body: string): void;
  presented(flight: Flight): void;
  arrived(flight: Flight): void;
  /** How the trace calls the tokens in a request, and a stored pair. */
  describe(flight: Flight): string;
  nameOf(pair: StoredPair): string;
  cause(sid: string | undefined, cause: Cause): void;
  /** @param by the session that takes its place. */
  over(sid: string | undefined, cause: 'logout' | 'replaced', at: number, by?: string): void;
  excuse(sid: string | undefined, excuse: Excuse): void;
  refusedAlive(session: SessionFacts): void;
  /** A tab stores this pair. */
  stored(pair: StoredPair): void;
  excuseAll(excuse: Excuse): void;
  /** A page stops at this moment: it has no time to make the ticket of what it has just ended. */
  interrupted(at: number): void;
}

interface IssuedPair {
  access_token: string;
  refresh_token: string;
  sid: string;
}

function issuedIn({ status, body }: Answer): IssuedPair | null {
  if (status !== 200 || !body.startsWith('{')) return null;
  const value = JSON.parse(body) as Partial<IssuedPair>;
  return value.refresh_token === undefined ? null : (value as IssuedPair);
}

const userOf = (accessToken: string): string =>
  (JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }).sub;

export function createLedger(now: () => number): Ledger {
  const sessions = new Map<string, SessionFacts>();
  const refreshTokens = new Map<string, TokenFacts>();
  const accessTokens = new Map<string, AccessFacts>();
  const general = new Set<Excuse>();

  /** Only somebody who lost an answer has no other way than to give up, whichever came first. */
  const excuse = (session: SessionFacts, excuse: Excuse): void => {
    session.excuses.add(excuse);
    if (session.wasRefused && session.excuses.has('slow')) session.causes.add('refused');
  };

  const sessionOf = ({ sid, access_token }: IssuedPair): SessionFacts => {
    const known = sessions.get(sid);
    if (known) return known;
    const facts: SessionFacts = {
      sid,
      name: `s${sessions.size + 1}`,
      user: userOf(access_token),
      localNames: new Set([sid]),
      causes: new Set(),
      excuses: new Set(general),
      wasRefused: false,
      overAt: null,
      replacedBy: null,
      hasTicket: false,
      mustDie: null,
      generation: 0,
    };
    sessions.set(sid, facts);
    return facts;
  };

  const issue = (body: string): void => {
    const pair = issuedIn({ status: 200, headers: new Headers(), body });
    if (!pair) return;
    const session = sessionOf(pair);
    let token = refreshTokens.get(pair.refresh_token);
    if (!token) {
      session.generation += 1;
      token = { session, generation: session.generation, presentations: [], successorArrivedAt: null };
      refreshTokens.set(pair.refresh_token, token);
    }
    accessTokens.set(pair.access_token, { session, generation: token.generation, refused: false });
  };

  return {
    sessions,
    refreshToken: (token) => refreshTokens.get(token ?? ''),
    accessToken: (token) => accessTokens.get(token ?? ''),
    issue,
    presented(flight) {
      const token = refreshTokens.get(flight.fields['refresh_token'] ?? '');
      if (flight.endpoint !== 'refresh' || !token) return;
      token.presentations.push(flight);
      if (goesAstray(flight)) excuse(token.session, 'slow');
    },
    arrived(flight) {
      const { endpoint, got, fields, accessToken } = flight;
      if (endpoint === 'refresh' && goesAstray(flight)) {
        const session = refreshTokens.get(fields['refresh_token'] ?? '')?.session;
        if (session) excuse(session, 'slow');
      }
      if (got === null || got === 'broken') return;
      const access = accessTokens.get(accessToken ?? '');
      if (endpoint === 'me' && got.status === 401 && access) access.refused = true;
      if (endpoint !== 'refresh' || !issuedIn(got)) return;
      const token = refreshTokens.get(fields['refresh_token'] ?? '');
      if (token) token.successorArrivedAt ??= now();
    },
    describe({ fields, accessToken }) {
      const named = (prefix: string, facts: { session: SessionFacts; generation: number } | undefined): string[] =>
        facts ? [`${prefix} ${facts.session.name}.${facts.generation}`] : [];
      return [
        ...named('access', accessTokens.get(accessToken ?? fields['access_token'] ?? '')),
        ...named('refresh', refreshTokens.get(fields['refresh_token'] ?? '')),
        ...(fields['logout_ticket'] ? [`ticket of ${sessions.get(fields['sid'] ?? '')?.name}`] : []),
        ...(fields['username'] ? [`as ${fields['username']}`] : []),
      ].join(', ');
    },
    nameOf({ refreshToken }) {
      const facts = refreshTokens.get(refreshToken);
      return facts ? `${facts.session.name}.${facts.generation}` : 'something of its own';
    },
    cause: (sid, cause) => void sessions.get(sid ?? '')?.causes.add(cause),
    over(sid, cause, at, by) {
      const session = sessions.get(sid ?? '');
      if (!session) return;
      session.causes.add(cause);
      session.overAt ??= at;
      session.replacedBy ??= by ?? null;
      session.mustDie ??= cause;
    },
    excuse(sid, what) {
      const session = sessions.get(sid ?? '');
      if (session) excuse(session, what);
    },
    refusedAlive(session) {
      session.wasRefused = true;
      if (session.excuses.has('slow')) session.causes.add('refused');
    },
    stored({ sid, id, ticket }) {
      const session = sessions.get(sid);
      session?.localNames.add(id);
      if (session && ticket) session.hasTicket = true;
    },
    interrupted(at) {
      for (const session of sessions.values()) if (session.overAt === at && !session.hasTicket) session.mustDie = null;
    },
    excuseAll(what) {
      general.add(what);
      for (const session of sessions.values()) excuse(session, what);
    },
  };
}
