import { header } from '../answer.ts';
import { expectAlike, expectAlive, expectEnded, expectRefusal } from '../expectations.ts';
import { withForgedSignature, withoutSignature } from '../forged-tokens.ts';
import { bearer, type Probe, pairOf, unknownToken } from '../probe.ts';
import type { Rule, RuleGroup } from '../rule.ts';
import { must } from '../violation.ts';

const basis = { level: 'MUST', section: 'logout', after: ['LOG-R.pair'] } as const;

export const refusedLogoutRules: RuleGroup = {
  name: 'Logout by what is no pair',
  rules: [
    {
      ...basis,
      id: 'LOG-T0.session',
      title: 'The access token of another session is a mismatch: the refresh token’s session ends, the other lives',
      why: 'A refresh token that travels with somebody else’s access token has leaked.',
      check: (probe) => checkMismatch(probe, 'user'),
    },
    {
      ...basis,
      id: 'LOG-T0.user',
      title: 'The access token of another user is a mismatch, too',
      why: 'A refresh token that travels with somebody else’s access token has leaked.',
      needs: ['otherUser'],
      check: (probe) => checkMismatch(probe, 'otherUser'),
    },
    forgery('LOG-T1.signature', 'An access token with a forged signature', withForgedSignature),
    forgery('LOG-T1.alg-none', 'An access token with alg "none"', withoutSignature),
    {
      ...basis,
      id: 'LOG-N0.unknown',
      title: 'A refresh token that nobody knows changes nothing, whatever access token is beside it',
      after: [],
      why: 'Otherwise whoever stole an access token, even an expired one, can log its owner out.',
      async check(probe) {
        const session = await probe.signIn();
        const fields = { ...pairOf(session), refresh_token: unknownToken() };
        expectRefusal(await probe.logout(fields), 400, 'invalid_grant', 'invalid');
        const access = await probe.api(session.accessToken);
        must(access.status === 200, 'The session of the access token has ended.');
        await expectAlive(probe, session, 'The session of the access token');
      },
    },
    {
      ...basis,
      id: 'LOG-N0.no-oracle',
      title: 'A logout with an unknown refresh token is answered alike whether the access token’s session lives or not',
      after: ['LOG-R.pair', 'LOG-N0.unknown'],
      why: 'Otherwise a stolen access token can ask whether its owner is logged in.',
      async check(probe) {
        const [alive, ended] = [await probe.signIn(), await probe.signIn()];
        await probe.logout(pairOf(ended));
        const refresh_token = unknownToken();
        const one = await probe.logout({ ...pairOf(alive), refresh_token });
        expectAlike(one, await probe.logout({ ...pairOf(ended), refresh_token }), 'A living and an ended session');
      },
    },
    {
      ...basis,
      id: 'LOG-N1',
      title: 'A forged access token with an unknown refresh token is refused with 401',
      after: [],
      why: 'Nothing in the request is genuine.',
      async check(probe) {
        const { accessToken } = await probe.signIn();
        const fields = { access_token: withForgedSignature(accessToken), refresh_token: unknownToken() };
        expectRefusal(await probe.logout(fields), 401, 'invalid_token');
      },
    },
    {
      ...basis,
      id: 'LOG-B.access-alone',
      title: 'An access token alone changes nothing, in the form or as Bearer',
      after: [],
      why: 'Every script that ever saw one could log its user out.',
      async check(probe) {
        const session = await probe.signIn();
        const { access_token = '' } = pairOf(session);
        expectRefusal(await probe.logout({ access_token }), 400, 'invalid_request');
        expectRefusal(await probe.logout({ sid: session.sid }, bearer(access_token)), 400, 'invalid_request');
        await expectAlive(probe, session);
      },
    },
    {
      ...basis,
      id: 'LOG-B.incomplete',
      title: 'A refresh token alone, a sid alone and nothing at all are refused and change nothing',
      after: [],
      why: 'A refresh token alone belongs to revocation; a sid is no secret.',
      async check(probe) {
        const session = await probe.signIn();
        const { refreshToken, sid } = session;
        for (const fields of [{ refresh_token: refreshToken }, { sid }, {}]) {
          expectRefusal(await probe.logout(fields), 400, 'invalid_request');
        }
        await expectAlive(probe, session);
      },
    },
  ],
};

async function checkMismatch(probe: Probe, who: 'user' | 'otherUser'): Promise<void> {
  const [leaked, bystander] = [await probe.signIn(), await probe.signIn(who)];
  const fields = { access_token: bystander.accessToken, refresh_token: leaked.refreshToken };
  expectRefusal(await probe.logout(fields), 400, 'invalid_grant', 'pair_mismatch');
  await expectEnded(probe, leaked, 'The session of the refresh token');
  await expectAlive(probe, bystander, 'The session of the access token');
}

function forgery(id: string, what: string, forge: (token: string) => string): Rule {
  return {
    ...basis,
    id,
    title: `${what} is refused with 401, and the refresh token’s session ends`,
    why: 'A real refresh token that travels with a forged access token was stolen.',
    async check(probe) {
      const session = await probe.signIn();
      const answer = await probe.logout({ ...pairOf(session), access_token: forge(session.accessToken) });
      expectRefusal(answer, 401, 'invalid_token');
      must(/^bearer\b/i.test(header(answer, 'www-authenticate')), 'The 401 has no Bearer challenge.');
      await expectEnded(probe, session);
    },
  };
}
