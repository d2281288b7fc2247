import type { AuthClient, AuthClientOptions } from '@latchkey/client/core';
import type { Session } from '../contender.ts';

/** Logs in as applications do, at the time at which the access token was issued. */
export async function begin(
  create: (options: AuthClientOptions) => AuthClient,
  session: Session,
  origin: string,
): Promise<void> {
  const { accessToken, refreshToken, expiresAt, lifetime } = session;
  // Both of ours keep it in the same place, and a login over a session logs that one out.
  if (localStorage.getItem('latchkey')?.includes(accessToken)) return;
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
