import { described } from '../answer.ts';
import { expectAlike, expectAlive, expectEnded, expectNoAccess, expectRefusal } from '../expectations.ts';
import { newKey, pairOf, sessionIn } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must } from '../violation.ts';

const section = 'rotation-repeats-reuse';

export const reuseRules: RuleGroup = {
  name: 'Reuse of a spent refresh token',
  rules: [
    {
      id: 'REF-6.refused',
      title: 'A spent refresh token is refused with 400 invalid_grant',
      level: 'MUST',
      section,
      why: 'One of two holders of a token is a thief. A token that is good twice hides which.',
      after: ['REF-2.rotates'],
      async check(probe) {
        const spent = await probe.signIn();
        await probe.next(spent);
        expectRefusal(await probe.refresh(spent.refreshToken), 400, 'invalid_grant', 'revoked');
      },
    },
    {
      id: 'REF-6.descendant',
      title: 'A spent refresh token that comes back ends the session, its living descendant too',
      level: 'MUST',
      section,
      why: 'If the thief was faster, the living descendant is the thief’s: refusing the old token alone shuts the owner out.',
      after: ['REF-6.refused'],
      async check(probe) {
        const spent = await probe.signIn();
        const living = await probe.next(spent);
        await probe.refresh(spent.refreshToken);
        await expectEnded(probe, living);
      },
    },
    {
      id: 'REF-6.ancestor',
      title: 'A refresh token from further back ends the session as well, even with its own Idempotency-Key',
      level: 'MUST',
      section,
      why: 'An old backup or log holds old tokens. Their use is a sign of theft, however late.',
      after: ['REF-6.descendant'],
      async check(probe) {
        const key = newKey();
        const first = await probe.signIn();
        const third = await probe.next(await probe.next(first, key));
        expectRefusal(await probe.refresh(first.refreshToken, { key }), 400, 'invalid_grant');
        await expectEnded(probe, third);
      },
    },
    {
      id: 'REF-19.spent',
      title: 'A spent refresh token ends the session whichever client is named with it, or none',
      level: 'MUST',
      section,
      why: 'The client is public. A thief who names another one must not keep the theft from being noticed (RFC 9700 §4.14.2).',
      after: ['REF-6.descendant', 'REF-1.client'],
      async check(probe) {
        for (const client_id of ['another-client', '']) {
          const spent = await probe.signIn();
          const living = await probe.next(spent);
          const answer = await probe.refresh(spent.refreshToken, { fields: { client_id } });
          must(answer.status === 400, `It was answered ${described(answer)} instead of being refused with 400.`);
          await expectEnded(probe, living);
        }
      },
    },
    {
      id: 'TOK-13.reuse',
      title: 'Reuse ends the access tokens of the session at once',
      level: 'MUST',
      section: 'access-token',
      why: 'Otherwise the thief has what is left of 20 minutes.',
      after: ['REF-6.descendant', 'TOK-13.logout'],
      async check(probe) {
        const spent = await probe.signIn();
        const living = await probe.next(spent);
        await probe.refresh(spent.refreshToken);
        await expectNoAccess(probe, living.accessToken, 'The access token of the ended session');
      },
    },
    {
      id: 'REF-6.others',
      title: 'Reuse leaves the other sessions of the user alone',
      level: 'MUST',
      section,
      why: 'What happened on one device is no reason to log out the others; a thief could use that.',
      async check(probe) {
        const [spent, other] = [await probe.signIn(), await probe.signIn()];
        await probe.next(spent);
        await probe.refresh(spent.refreshToken);
        await expectAlive(probe, other, 'Another session of the user');
      },
    },
    {
      id: 'REF-8',
      title: 'Reuse is answered like any ended session',
      level: 'MUST',
      section,
      why: 'A thief who is told of the reuse knows that somebody else was faster, and what to try next.',
      after: ['REF-6.refused', 'LOG-R.pair'],
      async check(probe) {
        const [spent, loggedOut] = [await probe.signIn(), await probe.signIn()];
        await probe.next(spent);
        await probe.logout(pairOf(loggedOut));
        const reuse = await probe.refresh(spent.refreshToken);
        expectAlike(reuse, await probe.refresh(loggedOut.refreshToken), 'Reuse and an ended session');
      },
    },
    {
      id: 'REF-2.race',
      title: 'Of parallel refreshes without a key at most one gets a pair',
      level: 'MUST',
      section,
      why: 'Two successors of one token are two sessions, one of them the thief’s.',
      after: ['REF-6.refused'],
      async check(probe) {
        const { refreshToken } = await probe.signIn();
        const answers = await Promise.all(Array.from({ length: 5 }, () => probe.refresh(refreshToken)));
        const pairs = answers.filter((answer) => sessionIn(answer) !== null);
        must(pairs.length <= 1, `${pairs.length} of ${answers.length} got a pair.`);
        must(pairs.length === 1, 'None got a pair.');
      },
    },
  ],
};
