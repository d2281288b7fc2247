import { described } from '../answer.ts';
import { expectAlike, expectAlive, expectEnded, expectRefusal } from '../expectations.ts';
import { unknownToken } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must } from '../violation.ts';

const basis = { level: 'MUST', section: 'post-authrevoke' } as const;

export const revokeRules: RuleGroup = {
  name: 'Revocation (RFC 7009)',
  rules: [
    {
      ...basis,
      id: 'LOG-6.revokes',
      title: 'To revoke a refresh token ends its session, and the answer is 200 and empty',
      why: 'It is how an ordinary OAuth client logs out.',
      async check(probe) {
        const session = await probe.signIn();
        const fields = {
          token: session.refreshToken,
          token_type_hint: 'refresh_token',
          client_id: probe.target.clientId,
        };
        const answer = await probe.revoke(fields);
        must(answer.status === 200, `It was answered ${described(answer)} instead of 200.`);
        must(answer.text === '', 'The answer is not empty.');
        await expectEnded(probe, session);
      },
    },
    {
      ...basis,
      id: 'LOG-6.spent',
      title: 'To revoke a spent refresh token ends the session, its living descendant too',
      after: ['LOG-6.revokes'],
      why: 'Whoever has a token of the session may end it, however old the token.',
      async check(probe) {
        const spent = await probe.signIn();
        const living = await probe.next(spent);
        await probe.revoke({ token: spent.refreshToken, client_id: probe.target.clientId });
        await expectEnded(probe, living);
      },
    },
    {
      ...basis,
      id: 'LOG-6.others',
      title: 'To revoke a refresh token leaves the other sessions of the user alone',
      after: ['LOG-6.revokes'],
      why: 'Who logs out on one device stays logged in on the others.',
      async check(probe) {
        const [leaving, other] = [await probe.signIn(), await probe.signIn()];
        await probe.revoke({ token: leaving.refreshToken, client_id: probe.target.clientId });
        await expectAlive(probe, other, 'Another session of the user');
      },
    },
    {
      ...basis,
      id: 'LOG-6.unknown',
      title: 'To revoke a token that nobody knows is answered in the same way',
      after: ['LOG-6.revokes'],
      why: 'RFC 7009 §2.2: the client has nothing to do about it, and a guesser learns nothing.',
      async check(probe) {
        const { refreshToken } = await probe.signIn();
        const client_id = probe.target.clientId;
        const known = await probe.revoke({ token: refreshToken, client_id });
        expectAlike(known, await probe.revoke({ token: unknownToken(), client_id }), 'A known and an unknown token');
      },
    },
    {
      ...basis,
      id: 'LOG-6.access',
      title: 'To revoke an access token is refused and changes nothing',
      why: 'An access token alone never ends a session. It runs out by itself, or with its session.',
      async check(probe) {
        const session = await probe.signIn();
        const fields = { token: session.accessToken, client_id: probe.target.clientId };
        expectRefusal(await probe.revoke(fields), 400, 'unsupported_token_type');
        await expectAlive(probe, session);
      },
    },
  ],
};
