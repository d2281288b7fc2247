import { type Answer, described } from './answer.ts';
import { type Probe, type Session, sessionIn } from './probe.ts';
import { must, Violation } from './violation.ts';

/** The answer has to be a refusal with this status, `error` and, where it is named, `reason`. */
export function expectRefusal(answer: Answer, status: number, error: string, reason?: string): void {
  const wanted = [status, error, ...(reason === undefined ? [] : [`(${reason})`])].join(' ');
  const { json } = answer;
  const matches =
    answer.status === status && json?.['error'] === error && (reason === undefined || json['reason'] === reason);
  must(matches, `It was answered ${described(answer)} instead of ${wanted}.`);
}

/** The answer has to be a logout's that worked. */
export function expectLoggedOut(answer: Answer, status: 'revoked' | 'already_revoked' = 'revoked'): void {
  const matches = answer.status === 200 && answer.json?.['status'] === status;
  must(matches, `The logout was answered ${described(answer)} instead of 200 ${status}.`);
}

/** The answer has to hand out a pair. */
export function expectSession(answer: Answer, what: string): Session {
  const session = sessionIn(answer);
  if (session === null) throw new Violation(`${what} was answered ${described(answer)} instead of 200 with tokens.`);
  return session;
}

/** The session has to have ended: its newest refresh token is good for nothing. */
export async function expectEnded(probe: Probe, { refreshToken }: Session, whose = 'The session'): Promise<void> {
  const answer = await probe.refresh(refreshToken);
  must(sessionIn(answer) === null, `${whose} has not ended: its newest refresh token still gets a new pair.`);
  const refused = answer.status === 400 && answer.json?.['error'] === 'invalid_grant';
  must(
    refused,
    `${whose} has ended, but its refresh token is answered ${described(answer)} instead of 400 invalid_grant.`,
  );
}

/** The session has to live: its newest refresh token can be exchanged. */
export async function expectAlive(probe: Probe, { refreshToken }: Session, whose = 'The session'): Promise<Session> {
  const answer = await probe.refresh(refreshToken);
  const session = sessionIn(answer);
  if (session === null)
    throw new Violation(`${whose} does not live on: its refresh token is answered ${described(answer)}.`);
  return session;
}

/** The access token has to be refused by the API, in the way that makes a client refresh. */
export async function expectNoAccess(probe: Probe, accessToken: string, what: string): Promise<void> {
  const answer = await probe.api(accessToken);
  must(answer.status === 401, `${what} was answered ${described(answer)} instead of 401.`);
}

/** The same bytes and the same status. */
export function expectAlike(one: Answer, other: Answer, what: string): void {
  must(one.status === other.status, `${what} are told apart by the status: ${one.status} and ${other.status}.`);
  must(
    one.text === other.text,
    `${what} are told apart by the body: ${described(one)} and ${described(other)} differ.`,
  );
}
