import { day } from '../src/clock/duration.ts';
import { createAuthServer } from '../src/create-auth-server.ts';
import { cheapPasswordHasher } from '../src/users/password-hasher.ts';
import type { StoreName } from './options.ts';
import { deadSession, type MadeUp } from './sessions.ts';
import { add, fill, openStore, type Place } from './stores.ts';
import { timed } from './timing.ts';

/** What a login costs a user who has had so many sessions that have ended. */
export interface LoginTimes {
  readonly store: StoreName;
  readonly ended: number;
  /** Milliseconds. */
  readonly times: readonly number[];
}

const ada = { username: 'ada', password: 'correct horse' };
/** So many that the limit of live sessions is reached, and each further login ends one. */
const warmUp = 150;

/** A session of Ada's, of the last weeks, that ended. */
function endedSession(number: number, now: number): MadeUp {
  const { family, tokens } = deadSession(number, now + 100 * day);
  const ended = { ...family, userId: ada.username, revokedAt: now - (number % 1_000), revokeReason: 'logout' };
  return { family: ended, tokens: tokens.map((token) => ({ ...token, status: 'rotated' })) };
}

function* endedSessions(count: number): Generator<MadeUp> {
  const now = Date.now();
  for (let number = 0; number < count; number += 1) yield endedSession(number, now);
}

/** Times logins one after the other, in this process. */
export async function measureLogins(place: Place, ended: number, logins: number): Promise<LoginTimes> {
  if (place.store !== 'memory') await fill[place.store](place, endedSessions(ended));
  const { store, close } = openStore(place);
  if (place.store === 'memory') for (const session of endedSessions(ended)) await add(store, session);
  const server = createAuthServer({ users: [ada], store, passwordHasher: cheapPasswordHasher() });
  const login = async () => {
    const headers = { 'content-type': 'application/json' };
    const request = new Request('https://api.example/auth/login', {
      method: 'POST',
      headers,
      body: JSON.stringify(ada),
    });
    const answer = await server.fetch(request);
    if (!answer.ok) throw new Error(`A login was answered ${answer.status}.`);
  };
  const pieces = (count: number) => Array.from({ length: count }, (_, index) => index);
  await timed(pieces(warmUp), 1, login);
  const { times } = await timed(pieces(logins), 1, login);
  await close();
  return { store: place.store, ended, times };
}
