import { type Answer, described, type JsonObject } from '../answer.ts';
import { expectAlive, expectEnded, expectNoAccess } from '../expectations.ts';
import { bearer, isAbsent, type Probe, type Session, secondsIn } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must, Unchecked } from '../violation.ts';

const basis = { level: 'MUST', section: 'get-authsessions' } as const;

async function listed(probe: Probe, accessToken: string): Promise<{ answer: Answer; rows: readonly JsonObject[] }> {
  const answer = await probe.send('sessions', { method: 'GET', headers: bearer(accessToken) });
  if (isAbsent(answer)) throw new Unchecked('The server has no list of sessions (--sessions).');
  const sessions = answer.json?.['sessions'];
  must(answer.status === 200 && Array.isArray(sessions), `The list was answered ${described(answer)}.`);
  return { answer, rows: sessions as JsonObject[] };
}

/** With the refresh token of the session that asks, or with nothing but its access token. */
const end = (probe: Probe, sid: string, mine: Session | string) =>
  probe.send('sessions', { method: 'DELETE', ...askedBy(mine) }, `/${encodeURIComponent(sid)}`);

const endOthers = (probe: Probe, mine: Session | string) =>
  probe.send('logoutAll', { method: 'POST', ...askedBy(mine) }, '?keep_current=true');

const askedBy = (mine: Session | string) =>
  typeof mine === 'string'
    ? { headers: bearer(mine) }
    : { headers: bearer(mine.accessToken), body: { json: { refresh_token: mine.refreshToken } } };

export const sessionRules: RuleGroup = {
  name: 'List of sessions, where there is one',
  rules: [
    {
      ...basis,
      id: 'LOG-9.list',
      title: 'The list shows the user’s own sessions, marks the current one, and holds no token',
      why: 'It is where somebody finds the session of a thief.',
      async check(probe) {
        const [mine, another] = [await probe.signIn(), await probe.signIn()];
        const { answer, rows } = await listed(probe, mine.accessToken);
        const sids = rows.map(({ sid }) => sid);
        must(sids.includes(mine.sid) && sids.includes(another.sid), 'A session of the user is missing.');
        const current = rows.filter((row) => row['current'] === true).map(({ sid }) => sid);
        must(current.length === 1 && current[0] === mine.sid, 'The current session is not the one marked as such.');
        must(!answer.text.includes(mine.refreshToken), 'It holds a refresh token.');
      },
    },
    {
      ...basis,
      id: 'LOG-9.private',
      title: 'The list shows nothing of other users, and ends nothing of theirs',
      after: ['LOG-9.list'],
      needs: ['otherUser'],
      why: 'A session id is no secret.',
      async check(probe) {
        const [mine, theirs] = [await probe.signIn(), await probe.signIn('otherUser')];
        const { rows } = await listed(probe, mine.accessToken);
        must(!rows.some(({ sid }) => sid === theirs.sid), 'It shows a session of another user.');
        const answer = await end(probe, theirs.sid, mine);
        must(answer.status === 404, `To end one was answered ${described(answer)} instead of 404.`);
        await expectAlive(probe, theirs, 'The session of the other user');
      },
    },
    {
      ...basis,
      id: 'LOG-9.end',
      title: 'A session of the list can be ended, and its tokens are worth nothing from then on',
      section: 'delete-authsessionssid',
      after: ['LOG-9.list'],
      why: 'Otherwise the thief stays.',
      async check(probe) {
        const [mine, another] = [await probe.signIn(), await probe.signIn()];
        await listed(probe, mine.accessToken);
        const answer = await end(probe, another.sid, mine);
        must(answer.status === 204, `It was answered ${described(answer)} instead of 204.`);
        await expectNoAccess(probe, another.accessToken, 'The access token of the ended session');
        await expectEnded(probe, another, 'The session');
        await expectAlive(probe, mine, 'The session that asked');
      },
    },
    {
      ...basis,
      id: 'LOG-9.all',
      title: 'All other sessions can be ended at once',
      section: 'post-authlogout-all',
      why: 'It is what somebody does who has lost a device.',
      async check(probe) {
        const [mine, another] = [await probe.signIn(), await probe.signIn()];
        const answer = await endOthers(probe, mine);
        if (isAbsent(answer)) throw new Unchecked('The server cannot end all sessions (--logout-all).');
        must(answer.status === 204, `It was answered ${described(answer)} instead of 204.`);
        await expectEnded(probe, another, 'Another session');
        await expectAlive(probe, mine, 'The session that asked');
      },
    },
    {
      ...basis,
      id: 'LOG-9.alone',
      title: 'An access token alone ends no session, however fresh the login',
      section: 'delete-authsessionssid',
      after: ['LOG-9.end'],
      why: 'A stolen access token is good for 20 minutes of the API, and not for throwing its user out everywhere.',
      async check(probe) {
        const [mine, another] = [await probe.signIn(), await probe.signIn()];
        await listed(probe, mine.accessToken);
        for (const ask of [() => end(probe, another.sid, mine.accessToken), () => endOthers(probe, mine.accessToken)]) {
          const answer = await ask();
          const isRefused = answer.status === 401 || isAbsent(answer);
          must(isRefused, `It was answered ${described(answer)} instead of 401.`);
        }
        await expectAlive(probe, another, 'Another session of the user');
      },
    },
    {
      ...basis,
      id: 'LOG-9.recent',
      title: 'The list asks for a login of the last ten minutes',
      after: ['LOG-9.list'],
      needs: ['clock'],
      why: 'Whoever finds a page left open should not be able to throw its user out everywhere (RFC 9470).',
      async check(probe) {
        const session = await probe.signIn();
        await listed(probe, session.accessToken);
        await probe.advance(11 * 60);
        if (secondsIn(session, 'expires_in') <= 11 * 60)
          throw new Unchecked('The access token does not last that long.');
        const answer = await probe.send('sessions', { method: 'GET', headers: bearer(session.accessToken) });
        const asks = /insufficient_user_authentication/.test(answer.headers.get('www-authenticate') ?? '');
        must(answer.status === 401 && asks, `Eleven minutes after the login it was answered ${described(answer)}.`);
      },
    },
  ],
};
