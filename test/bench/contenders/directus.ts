import { authentication, createDirectus, customEndpoint, rest } from '@directus/sdk';
import type { Contender } from '../contender.ts';

const key = 'directus';

export const contender: Contender = {
  seed({ accessToken, refreshToken, expiresAt, lifetime }) {
    const data = { access_token: accessToken, refresh_token: refreshToken, expires: lifetime, expires_at: expiresAt };
    localStorage.setItem(key, JSON.stringify(data));
  },
  open(origin) {
    const storage = {
      get: () => JSON.parse(localStorage.getItem(key) ?? 'null'),
      set: (value: unknown) => localStorage.setItem(key, JSON.stringify(value)),
    };
    const client = createDirectus(`${origin}/directus`).with(authentication('json', { storage })).with(rest());
    return async (path) => {
      await client.request(customEndpoint({ path, method: 'GET' }));
      // A failure throws.
      return { status: 200 };
    };
  },
};
