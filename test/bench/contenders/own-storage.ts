import type { Session } from '../contender.ts';

/** For packages that leave storage to the application. */
export const keep = (session: Session): void => localStorage.setItem('session', JSON.stringify(session));

let text: string | null = null;
let session: Session;

/** Read at every use, because another tab may have refreshed, and parsed when it is another. */
export function kept(): Session {
  const stored = localStorage.getItem('session');
  if (stored !== text) {
    text = stored;
    session = JSON.parse(stored ?? 'null') as Session;
  }
  return session;
}

interface Answer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

/** The refresh of an application that writes it itself. */
export async function refreshByHand(
  origin: string,
  post: (url: string, body: object) => Promise<unknown>,
): Promise<string> {
  const answer = (await post(`${origin}/refresh`, { refresh_token: kept().refreshToken })) as Answer;
  const lifetime = answer.expires_in * 1_000;
  keep({
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: Date.now() + lifetime,
    lifetime,
  });
  return answer.access_token;
}
