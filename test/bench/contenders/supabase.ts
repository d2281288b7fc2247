import { GoTrueClient } from '@supabase/auth-js';
import type { Contender } from '../contender.ts';

const storageKey = 'sb-bench-auth-token';

export const contender: Contender = {
  seed({ accessToken, refreshToken, expiresAt, lifetime }) {
    const session = {
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_at: Math.floor(expiresAt / 1_000),
      expires_in: lifetime / 1_000,
      token_type: 'bearer',
      user: { id: 'ada' },
    };
    localStorage.setItem(storageKey, JSON.stringify(session));
  },
  open(origin) {
    const auth = new GoTrueClient({ url: `${origin}/supabase`, storageKey, detectSessionInUrl: false });
    return async (path) => {
      const { data, error } = await auth.getSession();
      if (!data.session) throw error ?? new Error('No session.');
      const authorization = `Bearer ${data.session.access_token}`;
      return fetch(origin + path, { headers: { authorization } });
    };
  },
};
