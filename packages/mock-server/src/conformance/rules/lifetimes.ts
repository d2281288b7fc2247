import { described } from '../answer.ts';
import { expectAlive, expectEnded, expectNoAccess, expectRefusal, expectSession } from '../expectations.ts';
import { newKey, type Probe, type Session, secondsIn, sessionIn } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must, Unchecked } from '../violation.ts';

const basis = { level: 'MUST', section: 'the-two-limits', needs: ['clock'] } as const;

/** Answers take their time, and clocks may differ by a minute. In seconds. */
const slack = 5;
const leeway = 61;
const hour = 3_600;

/** As long as a repeat may be answered, and a little more. */
const longestRepeat = 601;

export const lifetimeRules: RuleGroup = {
  name: 'Lifetimes',
  rules: [
    {
      ...basis,
      id: 'TOK-3.access',
      title: 'An access token is good until it expires, and then refused so that the client refreshes',
      section: 'access-token',
      after: ['WIR-3.good'],
      why: 'It bounds what a stolen access token is worth.',
      async check(probe) {
        const session = await probe.signIn();
        const lifetime = secondsIn(session, 'expires_in');
        await probe.advance(lifetime - Math.min(slack, lifetime));
        const before = await probe.api(session.accessToken);
        must(before.status === 200, `Before its end it was answered ${described(before)} instead of 200.`);
        await probe.advance(slack + leeway);
        await expectNoAccess(probe, session.accessToken, 'An access token that has expired');
        const after = await probe.api(session.accessToken);
        must(
          /error="?invalid_token/.test(after.headers.get('www-authenticate') ?? ''),
          'The challenge is not invalid_token.',
        );
        await expectAlive(probe, session);
      },
    },
    {
      ...basis,
      id: 'REF-5.week',
      title: 'A session that was not refreshed for a week has expired, and says so',
      why: 'Somebody who does not come back for a week is logged out. The reason lets the client ask for a login in place.',
      async check(probe) {
        const session = await probe.signIn();
        await probe.advance(secondsIn(session, 'refresh_token_timeout') + slack);
        expectRefusal(await probe.refresh(session.refreshToken), 400, 'invalid_grant', 'expired');
      },
    },
    {
      ...basis,
      id: 'REF-5.inside',
      title: 'Up to the end of the week a session can be refreshed',
      why: 'Somebody who comes back on the seventh day is not to be asked for the password.',
      async check(probe) {
        const session = await probe.signIn();
        await probe.advance(secondsIn(session, 'refresh_token_timeout') - slack);
        await expectAlive(probe, session);
      },
    },
    {
      ...basis,
      id: 'REF-5.sliding',
      title: 'A refresh starts the week anew',
      level: 'SHOULD',
      why: 'Without it even somebody who is there every day is logged out once a week. (A server may decide so.)',
      async check(probe) {
        const first = await probe.signIn();
        const week = secondsIn(first, 'refresh_token_timeout');
        await probe.advance(week - hour);
        const second = await probe.next(first);
        must(secondsIn(second, 'refresh_token_timeout') > hour + slack, 'The week has not begun anew.');
        await probe.advance(2 * hour);
        await expectAlive(probe, second);
      },
    },
    {
      ...basis,
      id: 'REF-4',
      title: 'Nothing moves the end of the session',
      why: 'Three months after the login its user is asked again, however often the session was refreshed.',
      async check(probe) {
        const first = await probe.signIn();
        const told = secondsIn(first, 'authorization_expires_in');
        const day = 86_400;
        await probe.advance(day);
        const left = secondsIn(await probe.next(first), 'authorization_expires_in');
        must(
          left <= told - day + slack,
          `A day after the login, the end is ${left} s away; at the login it was ${told} s.`,
        );
      },
    },
    {
      ...basis,
      id: 'REF-5.end',
      title: 'At the end of the three months the session has expired, and no access token outlives it',
      after: ['REF-4', 'REF-5.sliding'],
      why: 'A session that never ends is found by whoever gets at the device years later.',
      async check(probe) {
        const nearEnd = await keptAlive(probe, 300);
        const lifetime = secondsIn(nearEnd, 'expires_in');
        const left = secondsIn(nearEnd, 'authorization_expires_in');
        must(lifetime <= left + slack, `${left} s before the end there was an access token for ${lifetime} s.`);
        await probe.advance(left + slack);
        expectRefusal(await probe.refresh(nearEnd.refreshToken), 400, 'invalid_grant', 'expired');
      },
    },
    {
      ...basis,
      id: 'REF-12',
      title: 'Ten minutes after a refresh there is no repeat of it any more',
      section: 'rotation-repeats-reuse',
      after: ['REF-10.repeat'],
      why: 'The longer an answer can be asked for again, the longer a log that holds token and key is worth something.',
      async check(probe) {
        const key = newKey();
        const spent = await probe.signIn();
        const living = await probe.next(spent, key);
        await probe.advance(longestRepeat);
        expectRefusal(await probe.refresh(spent.refreshToken, { key }), 400, 'invalid_grant', 'revoked');
        await expectEnded(probe, living);
      },
    },
    {
      ...basis,
      id: 'REF-11.week',
      title: 'A repeat does not start the week anew',
      section: 'rotation-repeats-reuse',
      after: ['REF-10.repeat'],
      why: 'It is the same refresh, not another one.',
      async check(probe) {
        const key = newKey();
        const { refreshToken } = await probe.signIn();
        const first = expectSession(await probe.refresh(refreshToken, { key }), 'The refresh');
        await probe.advance(60);
        const answer = await probe.refresh(refreshToken, { key });
        const again = sessionIn(answer);
        if (again === null) throw new Unchecked(`After a minute the repeat was answered ${described(answer)}.`);
        const [before, after] = [first, again].map((session) => secondsIn(session, 'refresh_token_timeout'));
        must((after ?? 0) <= (before ?? 0) - 60 + slack, 'The week began anew.');
      },
    },
  ],
};

/** A session that was refreshed whenever it had to be, until so many seconds before its end. */
async function keptAlive(probe: Probe, before: number): Promise<Session> {
  let session = await probe.signIn();
  let left = secondsIn(session, 'authorization_expires_in');
  for (let refreshes = 0; left > before + slack; refreshes += 1) {
    if (refreshes === 100) throw new Unchecked('After a hundred refreshes the end of the session was still far away.');
    const week = secondsIn(session, 'refresh_token_timeout');
    const rest = left - before;
    await probe.advance(rest < week - slack ? rest : Math.max(1, week - hour));
    session = await probe.next(session);
    left = secondsIn(session, 'authorization_expires_in');
  }
  return session;
}
