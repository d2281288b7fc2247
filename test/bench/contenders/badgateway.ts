import { OAuth2Client, OAuth2Fetch, type OAuth2Token } from '@badgateway/oauth2-client';
import type { Contender } from '../contender.ts';

const key = 'oauth2';
const store = (token: OAuth2Token): void => localStorage.setItem(key, JSON.stringify(token));

export const contender: Contender = {
  seed: ({ accessToken, refreshToken, expiresAt }) => store({ accessToken, refreshToken, expiresAt }),
  open(origin) {
    const wrapper = new OAuth2Fetch({
      client: new OAuth2Client({ server: `${origin}/`, clientId: 'spa', tokenEndpoint: '/token' }),
      getNewToken: () => null,
      getStoredToken: () => JSON.parse(localStorage.getItem(key) ?? 'null') as OAuth2Token | null,
      storeToken: store,
    });
    return (path) => wrapper.fetch(origin + path);
  },
};
