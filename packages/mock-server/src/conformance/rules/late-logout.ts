import { expectAlive, expectEnded, expectLoggedOut, expectRefusal } from '../expectations.ts';
import { bearer, pairOf, secondsIn, unknownToken } from '../probe.ts';
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
    {
      ...basis,
      id: 'LOG-B.expired',
      title: 'An expired access token alone changes nothing either, in the form or as Bearer',
      after: ['LOG-B.access-alone'],
      why: 'Expired access tokens lie about in logs and histories. Whoever finds one could log its user out.',
      async check(probe) {
        const session = await probe.signIn();
        const { access_token = '' } = pairOf(session);
        await probe.advance(secondsIn(session, 'expires_in') + leeway);
        expectRefusal(await probe.logout({ access_token }), 400, 'invalid_request');
        expectRefusal(await probe.logout({ sid: session.sid }, bearer(access_token)), 400, 'invalid_request');
        await expectAlive(probe, session);
      },
    },
    {
      ...basis,
      id: 'LOG-N0.expired',
      title: 'A refresh token that nobody knows changes nothing beside an expired access token either',
      after: ['LOG-N0.unknown'],
      why: 'Otherwise whoever finds an old access token can make up a refresh token, and log its owner out.',
      async check(probe) {
        const session = await probe.signIn();
        await probe.advance(secondsIn(session, 'expires_in') + leeway);
        const fields = { ...pairOf(session), refresh_token: unknownToken() };
        expectRefusal(await probe.logout(fields), 400, 'invalid_grant', 'invalid');
        await expectAlive(probe, session, 'The session of the access token');
      },
    },
  ],
};
