import type { AuthClient, AuthClientOptions } from '@latchkey/client/core';
import type { Session } from '../contender.ts';

/** Stores the session as one that began when its access token was issued. */
export function begin(create: (options: AuthClientOptions) => AuthClient, session: Session, origin: string): void {
  const { accessToken, refreshToken, expiresAt, lifetime } = session;
  const now = (): number => expiresAt - lifetime;
  const client = create({ baseUrl: origin, platform: { now } });
  client.adoptTokens({
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: lifetime / 1_000,
    refresh_token_timeout: 604_800,
    authorization_expires_in: 7_776_000,
  });
  client.dispose();
}
