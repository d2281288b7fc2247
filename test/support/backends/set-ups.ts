import { type AuthClientOptions, jsonProtocol } from '@latchkey/client';

export const directus: AuthClientOptions = {
  baseUrl: 'https://cms.example.com',
  protocol: jsonProtocol({
    answer: {
      accessToken: 'data.access_token',
      refreshToken: 'data.refresh_token',
      expiry: 'data.expires',
      expiryUnit: 'milliseconds',
    },
    refresh: { extra: { mode: 'json' } },
    logout: 'refresh-token',
    logoutAs: 'json',
  }),
};

export const supabase: AuthClientOptions = {
  baseUrl: 'https://project.supabase.co',
  endpoints: {
    login: 'auth/v1/token?grant_type=password',
    refresh: 'auth/v1/token?grant_type=refresh_token',
    logout: 'auth/v1/logout?scope=local',
  },
  protocol: jsonProtocol({ headers: { apikey: 'public-key' }, logout: 'bearer' }),
};

export const firebase: AuthClientOptions = {
  baseUrl: 'https://api.example.com',
  endpoints: {
    login: 'https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=public-key',
    refresh: 'https://securetoken.googleapis.com/v1/token?key=public-key',
  },
  protocol: jsonProtocol({
    answer: {
      accessToken: ['idToken', 'id_token'],
      refreshToken: ['refreshToken', 'refresh_token'],
      expiry: ['expiresIn', 'expires_in'],
    },
    refresh: { as: 'form', extra: { grant_type: 'refresh_token' } },
    logout: 'none',
  }),
};

export const superTokens: AuthClientOptions = {
  baseUrl: 'https://api.example.com',
  endpoints: { login: 'auth/signin', refresh: 'auth/session/refresh', logout: 'auth/signout' },
  protocol: jsonProtocol({
    answer: { accessToken: 'header:st-access-token', refreshToken: 'header:st-refresh-token', expiryUnit: 'jwt' },
    refresh: { as: 'bearer' },
    logout: 'bearer',
    headers: { rid: 'session', 'st-auth-mode': 'header' },
    // It answers 200 to a wrong password.
    isRefusal: (status, body) => status === 401 || body?.['status'] === 'WRONG_CREDENTIALS_ERROR',
  }),
};

export const oauth: AuthClientOptions = {
  baseUrl: 'https://api.example.com',
  endpoints: {
    login: 'session',
    refresh: 'https://id.example.com/oauth/token',
    logout: 'https://id.example.com/oauth/revoke',
  },
  protocol: jsonProtocol({
    refresh: { as: 'form', extra: { grant_type: 'refresh_token', client_id: 'spa' } },
    // RFC 7009 §2.1: the token is called `token`.
    logout: 'refresh-token',
    logoutField: 'token',
    logoutExtra: { token_type_hint: 'refresh_token', client_id: 'spa' },
  }),
};

export const pocketBase: AuthClientOptions = {
  baseUrl: 'https://pb.example.com',
  endpoints: {
    login: 'api/collections/users/auth-with-password',
    refresh: 'api/collections/users/auth-refresh',
  },
  // One token for everything, which can be refreshed only while it is good: well before its end, then.
  expiryMargin: 86_400_000,
  protocol: jsonProtocol({
    answer: { accessToken: 'token', refreshToken: 'token', expiryUnit: 'jwt' },
    refresh: { as: 'bearer' },
    logout: 'none',
  }),
};

export const nestJs: AuthClientOptions = {
  baseUrl: 'https://api.example.com/api/v1',
  endpoints: { login: 'auth/email/login' },
  protocol: jsonProtocol({
    answer: { accessToken: 'token', refreshToken: 'refreshToken', expiryUnit: 'jwt' },
    refresh: { as: 'bearer' },
    logout: 'bearer',
  }),
};

export const laravelJwt: AuthClientOptions = {
  baseUrl: 'https://api.example.com/api',
  // One token for everything, which can still be exchanged for two weeks after its end.
  protocol: jsonProtocol({
    answer: { refreshToken: 'access_token' },
    refresh: { as: 'bearer' },
    logout: 'bearer',
  }),
};
