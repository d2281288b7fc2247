import { User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Contender } from '../contender.ts';

const managerOf = (origin: string): UserManager =>
  new UserManager({
    authority: origin,
    client_id: 'spa',
    redirect_uri: `${origin}/callback`,
    userStore: new WebStorageStateStore({ store: localStorage }),
    metadata: { issuer: origin, token_endpoint: `${origin}/token`, authorization_endpoint: `${origin}/authorize` },
  });

export const contender: Contender = {
  async seed({ accessToken, refreshToken, expiresAt }, origin) {
    const now = Math.floor(Date.now() / 1_000);
    const user = new User({
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_at: Math.floor(expiresAt / 1_000),
      profile: { sub: 'ada', iss: origin, aud: 'spa', exp: now + 600, iat: now },
    });
    await managerOf(origin).storeUser(user);
  },
  open(origin) {
    const manager = managerOf(origin);
    return async (path) => {
      const found = await manager.getUser();
      const user = found?.expired ? await manager.signinSilent() : found;
      const authorization = `Bearer ${user?.access_token}`;
      return fetch(origin + path, { headers: { authorization } });
    };
  },
};
