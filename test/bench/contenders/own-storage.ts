import type { Session } from '../contender.ts';

/** For packages that leave storage to the application. */
export const keep = (session: Session): void => localStorage.setItem('session', JSON.stringify(session));

export const kept = (): Session => JSON.parse(localStorage.getItem('session') ?? 'null') as Session;

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
