import { expectAlive, expectEnded, expectLoggedOut, expectNoAccess } from '../expectations.ts';
import { newKey, pairOf, sessionIn } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';

const section = 'logout';
const basis = { level: 'MUST', section, after: ['LOG-R.pair'] } as const;

export const logoutRules: RuleGroup = {
  name: 'Logout by the pair',
  rules: [
    {
      id: 'LOG-R.pair',
      title: 'The pair ends its session',
      level: 'MUST',
      section,
      why: 'Nobody may stay logged in who asked to be logged out.',
      async check(probe) {
        const session = await probe.signIn();
        expectLoggedOut(await probe.logout(pairOf(session)));
        await expectEnded(probe, session);
      },
    },
    {
      ...basis,
      id: 'TOK-13.logout',
      title: 'The access token of a session that was logged out is refused at once',
      section: 'access-token',
      why: 'Otherwise whoever copied it has what is left of 20 minutes.',
      async check(probe) {
        const session = await probe.signIn();
        await probe.logout(pairOf(session));
        await expectNoAccess(probe, session.accessToken, 'The access token after the logout');
      },
    },
    {
      ...basis,
      id: 'WIR-9',
      title: 'A logout needs no preflight: a form, no Authorization, no header of its own',
      section: 'post-authlogout',
      why: 'A page that is being left can send only that, with keepalive or sendBeacon.',
      async check(probe) {
        const session = await probe.signIn();
        const form = Object.entries(pairOf(session));
        const type = 'application/x-www-form-urlencoded;charset=UTF-8';
        // A page that the server does not know is refused, and rightly.
        const headers = probe.target.origin === null ? {} : { origin: probe.target.origin };
        expectLoggedOut(await probe.send('logout', { method: 'POST', headers, body: { form, type } }));
        await expectEnded(probe, session);
      },
    },
    {
      ...basis,
      id: 'LOG-A.again',
      title: 'A repeated logout is told that it was already done',
      why: 'Retries and double clicks need a final answer, or the client tries for ever.',
      async check(probe) {
        const session = await probe.signIn();
        await probe.logout(pairOf(session));
        expectLoggedOut(await probe.logout(pairOf(session)), 'already_revoked');
      },
    },
    {
      ...basis,
      id: 'LOG-RS.spent',
      title: 'A spent refresh token ends the session, its living descendant too',
      why: 'An old token is what another tab, a lost answer or a thief leaves behind. All of them want the session gone.',
      async check(probe) {
        const spent = await probe.signIn();
        const living = await probe.next(spent);
        expectLoggedOut(await probe.logout(pairOf(spent)));
        await expectEnded(probe, living);
      },
    },
    {
      ...basis,
      id: 'LOG-R.others',
      title: 'A logout leaves the other sessions of the user alone',
      why: 'Who logs out on one device stays logged in on the others.',
      async check(probe) {
        const [leaving, other] = [await probe.signIn(), await probe.signIn()];
        await probe.logout(pairOf(leaving));
        await expectAlive(probe, other, 'Another session of the user');
      },
    },
    {
      ...basis,
      id: 'LOG-4.race',
      title: 'A logout and a refresh at the same moment leave nothing alive',
      why: 'Whichever comes second has to see the first: a session that survives its logout is found by nobody.',
      async check(probe) {
        const session = await probe.signIn();
        const [refreshed] = await Promise.all([
          probe.refresh(session.refreshToken, { key: newKey() }),
          probe.logout(pairOf(session)),
        ]);
        await expectEnded(probe, sessionIn(refreshed) ?? session);
      },
    },
  ],
};
