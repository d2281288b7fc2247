import { expectEnded, expectLoggedOut } from '../expectations.ts';
import { pairOf, secondsIn } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';

const basis = { level: 'MUST', section: 'logout', needs: ['clock'] } as const;

/** The clocks of two servers may differ by a minute. In seconds. */
const leeway = 61;
const hour = 3_600;

export const lateLogoutRules: RuleGroup = {
  name: 'Logout after the end',
  rules: [
    {
      ...basis,
      id: 'LOG-R.expired',
      title: 'A logout works however long ago the access token has expired',
      after: ['LOG-R.pair'],
      why: 'Who comes back after lunch and logs out has an expired access token. The logout has to work all the same.',
      async check(probe) {
        const early = await probe.signIn();
        await probe.advance(secondsIn(early, 'expires_in') + leeway);
        expectLoggedOut(await probe.logout(pairOf(early)));
        await expectEnded(probe, early);
        const first = await probe.signIn();
        const week = secondsIn(first, 'refresh_token_timeout');
        await probe.advance(week - hour);
        const second = await probe.next(first);
        await probe.advance(2 * hour);
        expectLoggedOut(await probe.logout({ ...pairOf(second), access_token: first.accessToken }));
        await expectEnded(probe, second, 'The session of an access token from over a week ago');
      },
    },
    {
      ...basis,
      id: 'LOG-RX.lapsed',
      title: 'A logout works when the refresh token has expired, too',
      after: ['LOG-R.expired', 'REF-5.week'],
      why: 'Who comes back after a week and logs out is right to expect that nothing is left, not even a thief’s session.',
      async check(probe) {
        const session = await probe.signIn();
        await probe.advance(secondsIn(session, 'refresh_token_timeout') + hour);
        expectLoggedOut(await probe.logout(pairOf(session)));
        expectLoggedOut(await probe.logout(pairOf(session)), 'already_revoked');
      },
    },
  ],
};
