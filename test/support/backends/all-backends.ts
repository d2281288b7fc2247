import type { Accounts } from './accounts.ts';
import type { Backend } from './backend.ts';
import * as setUps from './set-ups.ts';

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers });
const minutes = 60_000;

const directus: Backend = {
  name: 'Directus',
  options: setUps.directus,
  credentials: (password) => ({ email: 'ada', password }),
  lifetime: 15 * minutes,
  logout: 'ends-the-session',
  rotates: true,
  answer(_request, { path, accounts, json: body }) {
    const refused = (code: string) => json({ errors: [{ message: code, extensions: { code } }] }, 401);
    const tokens = (pair: ReturnType<Accounts['refresh']>, code: string) =>
      pair
        ? json({ data: { access_token: pair.access, refresh_token: pair.refresh, expires: 15 * minutes } })
        : refused(code);
    if (path === '/auth/login') return tokens(accounts.login(body['email'], body['password']), 'INVALID_CREDENTIALS');
    if (path === '/auth/refresh' && body['mode'] === 'json') {
      return tokens(accounts.refresh(body['refresh_token']), 'INVALID_TOKEN');
    }
    if (path === '/auth/logout' && accounts.end(body['refresh_token'])) return new Response(null, { status: 204 });
    return refused('FORBIDDEN');
  },
};

const supabase: Backend = {
  name: 'Supabase',
  options: setUps.supabase,
  credentials: (password) => ({ email: 'ada', password }),
  lifetime: 60 * minutes,
  logout: 'wants-a-live-token',
  rotates: true,
  answer({ headers }, { path, query, accounts, json: body, bearer }) {
    if (headers.get('apikey') !== 'public-key') return json({ message: 'No API key found in request' }, 401);
    if (path === '/auth/v1/logout') {
      const outcome = accounts.endAs(bearer);
      if (outcome === 'ended') return new Response(null, { status: 204 });
      return json({ code: 403, error_code: outcome === 'expired' ? 'bad_jwt' : 'session_not_found' }, 403);
    }
    const login = query.get('grant_type') === 'password';
    const pair = login ? accounts.login(body['email'], body['password']) : accounts.refresh(body['refresh_token']);
    if (!pair) return json({ code: login ? 'invalid_credentials' : 'refresh_token_not_found' }, 400);
    return json({ access_token: pair.access, refresh_token: pair.refresh, expires_in: 3600, expires_at: 1, user: {} });
  },
};

const firebase: Backend = {
  name: 'Firebase',
  options: setUps.firebase,
  credentials: (password) => ({ email: 'ada', password, returnSecureToken: true }),
  lifetime: 60 * minutes,
  logout: 'nothing',
  rotates: false,
  answer(_request, { path, query, accounts, json: body, form }) {
    const refused = (message: string) => json({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }, 400);
    if (query.get('key') !== 'public-key') return refused('API_KEY_INVALID');
    if (path === '/v1/token') {
      const pair = accounts.refresh(form.get('refresh_token'), { rotates: false });
      if (!pair || form.get('grant_type') !== 'refresh_token') return refused('TOKEN_EXPIRED');
      return json({ id_token: pair.access, refresh_token: pair.refresh, expires_in: '3600', user_id: 'ada' });
    }
    const pair = accounts.login(body['email'], body['password']);
    if (!pair) return refused('INVALID_LOGIN_CREDENTIALS');
    return json({ idToken: pair.access, refreshToken: pair.refresh, expiresIn: '3600', localId: 'ada' });
  },
};

const superTokens: Backend = {
  name: 'SuperTokens',
  options: setUps.superTokens,
  credentials: (password) => ({
    formFields: [
      { id: 'email', value: 'ada' },
      { id: 'password', value: password },
    ],
  }),
  lifetime: 60 * minutes,
  logout: 'wants-a-live-token',
  rotates: true,
  answer({ headers }, { path, accounts, json: body, bearer }) {
    if (headers.get('st-auth-mode') !== 'header') return json({ message: 'cookies are not spoken here' }, 500);
    const tokens = (pair: ReturnType<Accounts['refresh']>) =>
      json({ status: 'OK' }, 200, { 'st-access-token': pair?.access ?? '', 'st-refresh-token': pair?.refresh ?? '' });
    if (path === '/auth/signin') {
      const fields = body['formFields'] as unknown as { id: string; value: string }[];
      const value = (id: string) => fields.find((field) => field.id === id)?.value;
      const pair = accounts.login(value('email'), value('password'));
      return pair ? tokens(pair) : json({ status: 'WRONG_CREDENTIALS_ERROR' });
    }
    if (path === '/auth/session/refresh') {
      const pair = accounts.refresh(bearer);
      return pair ? tokens(pair) : json({ message: 'unauthorised' }, 401);
    }
    // A sign-out asks for no session, so that an unknown one is no error; an expired access token is.
    return accounts.endAs(bearer) === 'expired' ? json({ message: 'try refresh token' }, 401) : json({ status: 'OK' });
  },
};

const oauth: Backend = {
  name: 'plain OAuth',
  options: setUps.oauth,
  credentials: (password) => ({ username: 'ada', password }),
  lifetime: 5 * minutes,
  logout: 'ends-the-session',
  rotates: true,
  answer(_request, { path, accounts, json: body, form }) {
    const tokens = (pair: ReturnType<Accounts['refresh']>) =>
      pair
        ? json({ access_token: pair.access, token_type: 'Bearer', expires_in: 300, refresh_token: pair.refresh })
        : json({ error: 'invalid_grant' }, 400);
    if (path === '/session') return tokens(accounts.login(body['username'], body['password']));
    if (form.get('client_id') !== 'spa') return json({ error: 'invalid_client' }, 401);
    if (path === '/oauth/token') {
      return form.get('grant_type') === 'refresh_token'
        ? tokens(accounts.refresh(form.get('refresh_token')))
        : json({ error: 'unsupported_grant_type' }, 400);
    }
    // RFC 7009 §2.2: an unknown token is no error.
    accounts.end(form.get('token'));
    return new Response(null, { status: 200 });
  },
};

const week = 7 * 86_400_000;

const pocketBase: Backend = {
  name: 'PocketBase',
  options: setUps.pocketBase,
  credentials: (password) => ({ identity: 'ada', password }),
  lifetime: week,
  logout: 'nothing',
  rotates: true,
  single: true,
  answer(_request, { path, accounts, json: body, bearer }) {
    const pair = path.endsWith('/auth-refresh')
      ? accounts.refresh(bearer)
      : accounts.login(body['identity'], body['password']);
    if (pair) return json({ token: pair.access, record: { id: 'ada' } });
    return path.endsWith('/auth-refresh')
      ? json({ status: 401, message: 'The request requires valid record authorization token.', data: {} }, 401)
      : json({ status: 400, message: 'Failed to authenticate.', data: {} }, 400);
  },
};

const nestJs: Backend = {
  name: 'NestJS with passport-jwt',
  options: setUps.nestJs,
  credentials: (password) => ({ email: 'ada', password }),
  lifetime: 15 * minutes,
  logout: 'wants-a-live-token',
  rotates: true,
  answer(_request, { path, accounts, json: body, bearer }) {
    const unauthorized = json({ message: 'Unauthorized', statusCode: 401 }, 401);
    const tokens = (pair: NonNullable<ReturnType<Accounts['refresh']>>) =>
      json({ token: pair.access, refreshToken: pair.refresh, tokenExpires: 1 });
    if (path.endsWith('/email/login')) {
      const pair = accounts.login(body['email'], body['password']);
      return pair ? tokens(pair) : json({ status: 422, errors: { password: 'incorrectPassword' } }, 422);
    }
    if (path.endsWith('/refresh')) {
      const pair = accounts.refresh(bearer);
      return pair ? tokens(pair) : unauthorized;
    }
    // A guard stands before the route: whatever is no live access token is refused.
    return accounts.endAs(bearer) === 'ended' ? new Response(null, { status: 204 }) : unauthorized;
  },
};

const laravelJwt: Backend = {
  name: 'Laravel with jwt-auth',
  options: setUps.laravelJwt,
  credentials: (password) => ({ email: 'ada', password }),
  lifetime: 60 * minutes,
  logout: 'wants-a-live-token',
  rotates: true,
  single: 'refreshes-when-expired',
  answer(_request, { path, accounts, json: body, bearer }) {
    const refused = (message: string) => json({ message }, 401);
    if (path.endsWith('/logout')) {
      return accounts.endAs(bearer) === 'ended'
        ? json({ message: 'Successfully logged out' })
        : refused('Unauthenticated.');
    }
    const login = path.endsWith('/login');
    const pair = login ? accounts.login(body['email'], body['password']) : accounts.refresh(bearer);
    if (!pair) return refused(login ? 'Unauthorized' : 'The token has been blacklisted');
    return json({ access_token: pair.access, token_type: 'bearer', expires_in: 3600 });
  },
};

export const allBackends: readonly Backend[] = [
  directus,
  supabase,
  firebase,
  superTokens,
  oauth,
  pocketBase,
  nestJs,
  laravelJwt,
];
