import { Auth0Client } from '@auth0/auth0-spa-js';
import type { Contender } from '../contender.ts';

const scope = 'openid profile email offline_access';
const key = `@@auth0spajs@@::spa::default::${scope}`;
const userKey = '@@auth0spajs@@::spa::@@user@@';

export const contender: Contender = {
  seed({ accessToken, refreshToken, expiresAt, lifetime }) {
    const body = {
      access_token: accessToken,
      refresh_token: refreshToken,
      client_id: 'spa',
      audience: 'default',
      scope,
      expires_in: lifetime / 1_000,
      token_type: 'Bearer',
    };
    // Without one nothing of its cache is used; only its presence counts.
    const decodedToken = { claims: { __raw: accessToken }, user: { sub: 'ada' } };
    localStorage.setItem(userKey, JSON.stringify({ id_token: accessToken, decodedToken }));
    localStorage.setItem(key, JSON.stringify({ body, expiresAt: Math.floor(expiresAt / 1_000) }));
  },
  open(origin) {
    const client = new Auth0Client({
      domain: origin,
      clientId: 'spa',
      useRefreshTokens: true,
      cacheLocation: 'localstorage',
    });
    return async (path) => {
      const authorization = `Bearer ${await client.getTokenSilently()}`;
      return fetch(origin + path, { headers: { authorization } });
    };
  },
};
