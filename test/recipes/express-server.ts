import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import express, { type Express } from 'express';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';

const minutes = 60_000;
const days = 24 * 60 * minutes;
const lifetime = { access: 20 * minutes, window: 7 * days, session: 90 * days };

/** What you keep in a table instead: one row for each session, one for each refresh token. */
interface Session {
  readonly user: string;
  readonly endsAt: number;
}
interface Token {
  readonly sid: string;
  readonly expiresAt: number;
  /** When it was exchanged, and for the digest of which: an answer that got lost can be asked for again. */
  used?: { at: number; key: string; next: string };
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

export interface ServerOptions {
  readonly secret: Uint8Array;
  readonly checkPassword: (username: string, password: string) => Promise<boolean>;
  readonly origin: string;
  readonly now?: () => number;
}

export function createServer({ secret, checkPassword, origin, now = Date.now }: ServerOptions): Express {
  const sessions = new Map<string, Session>();
  const tokens = new Map<string, Token>();

  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

  const keep = (token: string, sid: string, { endsAt }: Session): string => {
    tokens.set(digest(token), { sid, expiresAt: Math.min(now() + lifetime.window, endsAt) });
    return token;
  };
  const newRefreshToken = (): string => randomBytes(32).toString('base64url');

  /** The same each time for one token and one key, so that a repeat gets it again; nobody else can compute it. */
  const successorOf = (token: string, key: string): string =>
    createHmac('sha256', secret).update(`successor\n${token}\n${key}`).digest('base64url');

  const answer = async (sid: string, { user, endsAt }: Session, refresh_token: string) => ({
    access_token: await new SignJWT({ sid })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(user)
      .setIssuedAt(seconds(now()))
      .setExpirationTime(seconds(now() + lifetime.access))
      .sign(secret),
    token_type: 'Bearer',
    expires_in: seconds(lifetime.access),
    refresh_token,
    refresh_token_timeout: seconds((tokens.get(digest(refresh_token))?.expiresAt ?? now()) - now()),
    authorization_expires_in: seconds(endsAt - now()),
    sid,
  });

  const signedIn = async (authorization = ''): Promise<JWTPayload | null> => {
    const token = authorization.replace(/^Bearer /, '');
    const { payload } = await jwtVerify(token, secret, { currentDate: new Date(now()) }).catch(() => ({
      payload: null,
    }));
    return payload && sessions.has(String(payload['sid'])) ? payload : null;
  };

  const app = express();
  app.use(express.json(), express.urlencoded({ extended: false }));
  app.use((request, response, next) => {
    response.set({ 'access-control-allow-origin': origin, 'cache-control': 'no-store', vary: 'origin' });
    response.set('access-control-allow-headers', 'authorization, content-type, idempotency-key');
    if (request.method === 'OPTIONS') response.sendStatus(204);
    else next();
  });

  app.post('/auth/login', async ({ body }, response) => {
    if (!(await checkPassword(String(body?.username), String(body?.password)))) {
      return void response.status(400).json({ error: 'invalid_grant' });
    }
    const sid = randomUUID();
    const session = { user: String(body.username), endsAt: now() + lifetime.session };
    sessions.set(sid, session);
    response.json(await answer(sid, session, keep(newRefreshToken(), sid, session)));
  });

  app.post('/auth/refresh', async ({ body, headers }, response) => {
    const refuse = () => void response.status(400).json({ error: 'invalid_grant' });
    const presented = String(body?.refresh_token);
    const token = tokens.get(digest(presented));
    const session = token && sessions.get(token.sid);
    if (!session || now() >= token.expiresAt || now() >= session.endsAt) return refuse();
    const key = String(headers['idempotency-key'] ?? '');
    const next = key === '' ? newRefreshToken() : successorOf(presented, key);
    // No await between looking and writing; with a database, one transaction that locks the row of the token.
    if (token.used) {
      // The answer got lost, or the request came twice: who asks again with the same key gets the same successor. Anybody else is a
      // thief.
      const isRepeat = key !== '' && key === token.used.key && now() - token.used.at < 2 * minutes;
      if (!isRepeat || tokens.get(token.used.next)?.used) {
        sessions.delete(token.sid);
        return refuse();
      }
    } else {
      keep(next, token.sid, session);
      token.used = { at: now(), key, next: digest(next) };
    }
    response.json(await answer(token.sid, session, next));
  });

  app.post('/auth/logout', ({ body }, response) => {
    // The refresh token is proof enough, however old it is. The access token may have expired days ago.
    const sid = tokens.get(digest(String(body?.refresh_token)))?.sid;
    response.json({ status: sid && sessions.delete(sid) ? 'revoked' : 'already_revoked' });
  });

  app.get('/me', async ({ headers }, response) => {
    const claims = await signedIn(headers.authorization);
    if (claims) response.json({ username: claims.sub });
    else response.status(401).set('www-authenticate', 'Bearer error="invalid_token"').end();
  });

  return app;
}
