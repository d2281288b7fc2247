import type { AuthClient, AuthClientOptions } from '@latchkey/client/core';
import type { Session } from '../contender.ts';

/** Logs in as applications do, at the time at which the access token was issued. */
export async function begin(
  create: (options: AuthClientOptions) => AuthClient,
  session: Session,
  origin: string,
): Promise<void> {
  const { accessToken, refreshToken, expiresAt, lifetime } = session;
  const now = (): number => expiresAt - lifetime;
  const answer = {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: lifetime / 1_000,
    refresh_token_timeout: 604_800,
    authorization_expires_in: 7_776_000,
  };
  const client = create({ baseUrl: origin, platform: { now }, fetch: async () => Response.json(answer) });
  await client.login({ username: 'ada', password: '' });
  client.dispose();
}
