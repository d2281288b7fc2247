import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { listenOnFreshPort } from '../support/fresh-port.ts';
import type { Session } from './contender.ts';

/** What was asked of the server since it was last reset. */
export interface Counts {
  refreshes: number;
  /** Refresh tokens that had been used before; the session is over then. */
  reuses: number;
  /** Requests whose access token was not taken. */
  refused: number;
  served: number;
}

/** When what happened, in epoch milliseconds of the machine's own clock. */
export interface Diary {
  /** When a request arrived that was served, by its path. */
  readonly served: Map<string, number>;
  /** When each refresh was answered. */
  readonly refreshed: number[];
}

/** Pages and an API on one origin, with one strict session that speaks the formats of all contenders. */
export interface BenchServer {
  readonly origin: string;
  readonly counts: Counts;
  readonly diary: Diary;
  serve(path: string, type: string, body: string): void;
  /** @param age of the access token, in milliseconds. */
  newSession(lifetime: number, age?: number): Session;
  close(): Promise<void>;
}

/** Browsers tell the exact time only to pages that share their process with nobody. */
const alone = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The same in a page: `performance.timeOrigin + performance.now()`. */
const machineTime = (): number => performance.timeOrigin + performance.now();
const seconds = (ms: number): number => Math.floor(ms / 1_000);

/**
 * @param latency milliseconds that every answer takes.
 * @param exact whether its pages are told the exact time.
 * @param now epoch milliseconds by which tokens expire.
 */
export async function serveBench(latency: number, exact: boolean, now: () => number = Date.now): Promise<BenchServer> {
  const pages = new Map<string, { type: string; body: string }>();
  const counts: Counts = { refreshes: 0, reuses: 0, refused: 0, served: 0 };
  const diary: Diary = { served: new Map(), refreshed: [] };
  let origin = '';
  let lifetime = 0;
  /** The newest pair. */
  let live = { accessToken: '', refreshToken: '', expiresAt: 0 };
  /** Until when each access token is good: a refresh takes none back, as with every JWT. */
  const good = new Map<string, number>();
  const used = new Set<string>();

  const jwt = (issuedAt: number, claims: object = {}): string => {
    const payload = {
      iss: `${origin}/`,
      aud: 'spa',
      sub: 'ada',
      iat: seconds(issuedAt),
      exp: seconds(issuedAt + lifetime),
    };
    const jti = randomBytes(9).toString('base64url');
    return `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ ...payload, jti, ...claims })}.${randomBytes(64).toString('base64url')}`;
  };
  const issue = (issuedAt: number): typeof live => {
    live = {
      accessToken: jwt(issuedAt),
      refreshToken: randomBytes(32).toString('base64url'),
      expiresAt: issuedAt + lifetime,
    };
    good.set(live.accessToken, live.expiresAt);
    return live;
  };

  /** The formats of the contenders, by path. */
  const answers: Record<string, () => { body: object; headers?: Record<string, string> }> = {
    '/directus/auth/refresh': () => ({
      body: { data: { access_token: live.accessToken, refresh_token: live.refreshToken, expires: lifetime } },
    }),
    '/supabase/token': () => ({
      body: { ...oauth(), expires_at: seconds(live.expiresAt), user: { id: 'ada', aud: '', role: '', email: '' } },
    }),
    '/auth/session/refresh': () => ({ body: {}, headers: superTokensHeaders(live) }),
    '/oauth/token': () => ({
      body: { ...oauth(), id_token: jwt(now()), scope: 'openid profile email offline_access' },
    }),
    '/auth/refresh': () => ({
      body: { ...oauth(), refresh_token_timeout: 604_800, authorization_expires_in: 7_776_000 },
    }),
    '/token': () => ({ body: oauth() }),
    '/refresh': () => ({ body: oauth() }),
  };
  const oauth = () => ({
    access_token: live.accessToken,
    refresh_token: live.refreshToken,
    expires_in: lifetime / 1_000,
    token_type: 'bearer',
  });
  const superTokensHeaders = ({ accessToken, refreshToken, expiresAt }: typeof live) => ({
    'st-access-token': accessToken,
    'st-refresh-token': refreshToken,
    'front-token': Buffer.from(JSON.stringify({ uid: 'ada', ate: expiresAt, up: {} })).toString('base64'),
  });

  function refresh(path: string, refreshToken: string | null, response: ServerResponse): void {
    counts.refreshes += 1;
    const answer = answers[path];
    if (answer === undefined || refreshToken === null || refreshToken !== live.refreshToken) {
      if (used.has(refreshToken ?? '')) {
        counts.reuses += 1;
        live = { accessToken: '', refreshToken: '', expiresAt: 0 };
        good.clear();
      }
      const status = path === '/auth/session/refresh' ? 401 : 400;
      send(response, status, { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' });
      return;
    }
    used.add(refreshToken);
    issue(now());
    diary.refreshed.push(machineTime());
    const { body, headers } = answer();
    send(response, 200, body, headers);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const page = pages.get(pathname);
    if (page) {
      response.writeHead(200, { 'content-type': page.type, 'cache-control': 'no-cache', ...(exact && alone) });
      return void response.end(page.body);
    }
    const body = await bodyOf(request);
    const arrived = machineTime();
    await pause(latency);
    if (answers[pathname]) return refresh(pathname, refreshTokenIn(body, request.headers), response);
    const isGood = now() < (good.get(bearerOf(request.headers) ?? '') ?? 0);
    counts[isGood ? 'served' : 'refused'] += 1;
    if (isGood) diary.served.set(pathname, arrived);
    if (isGood) send(response, 200, { data: {} });
    else send(response, 401, { message: 'expired' }, { 'www-authenticate': 'Bearer error="invalid_token"' });
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  // A browser that finds a kept connection closed would send again by itself.
  server.keepAliveTimeout = 120_000;
  origin = `http://localhost:${await listenOnFreshPort(server)}`;
  return {
    origin,
    counts,
    diary,
    serve: (path, type, body) => void pages.set(path, { type, body }),
    newSession(ttl, age = 0) {
      lifetime = ttl;
      used.clear();
      good.clear();
      Object.assign(counts, { refreshes: 0, reuses: 0, refused: 0, served: 0 });
      return { ...issue(now() - age), lifetime };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const bearerOf = ({ authorization }: IncomingHttpHeaders): string | null =>
  /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? null;

/** As JSON, as a form, or as the bearer. */
function refreshTokenIn(body: string, headers: IncomingHttpHeaders): string | null {
  if (body.startsWith('{')) {
    const { refresh_token = null } = JSON.parse(body) as { refresh_token?: string };
    if (refresh_token !== null) return refresh_token;
  }
  return new URLSearchParams(body).get('refresh_token') ?? bearerOf(headers);
}
