import { hashOf, ticketOf } from '../../tokens/refresh-token.ts';
import { described } from '../answer.ts';
import { formType } from '../exchange.ts';
import { expectAlive, expectRefusal, expectSession } from '../expectations.ts';
import { newKey, pairOf, sessionIn, unknownToken } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must } from '../violation.ts';
import { checkTokenResponse } from './token-response.ts';

export const refreshRules: RuleGroup = {
  name: 'Refresh',
  rules: [
    {
      id: 'REF-2.rotates',
      title: 'A refresh hands out a new pair with another refresh token',
      level: 'MUST',
      section: 'post-authrefresh',
      why: 'Without rotation a copied refresh token is good for three months, and nobody notices.',
      async check(probe) {
        const before = await probe.signIn();
        const answer = await probe.refresh(before.refreshToken, { key: newKey() });
        const after = expectSession(answer, 'The refresh');
        checkTokenResponse(answer);
        must(after.refreshToken !== before.refreshToken, 'The refresh token is the same as before.');
        must(after.accessToken !== before.accessToken, 'The access token is the same as before.');
      },
    },
    {
      id: 'REF-2.same-session',
      title: 'A refresh stays in its session, and its access token is good',
      level: 'MUST',
      section: 'access-token',
      why: 'The sid is how a session is known to its owner, to logout, and to the client.',
      after: ['REF-2.rotates'],
      async check(probe) {
        const before = await probe.signIn();
        const after = await probe.next(before);
        must(after.sid === before.sid, 'The sid is another one after the refresh.');
        const answer = await probe.api(after.accessToken);
        must(answer.status === 200, `The new access token was answered ${described(answer)} instead of 200.`);
      },
    },
    {
      id: 'REF-1.client',
      title: 'A refresh token is refused to another client, and not spent by that',
      level: 'MUST',
      section: 'post-authrefresh',
      why: 'RFC 6749 §6 binds a refresh token to the client that it was issued to.',
      async check(probe) {
        const session = await probe.next(await probe.signIn());
        const other = await probe.refresh(session.refreshToken, { fields: { client_id: 'another-client' } });
        expectRefusal(other, 400, 'invalid_grant');
        await expectAlive(probe, session);
      },
    },
    {
      id: 'REF-19.login',
      title: 'A session belongs from its first refresh on to the client that its login named',
      level: 'MUST',
      section: 'post-authrefresh',
      why: 'Otherwise it belongs to whoever refreshes first, and that may be a thief.',
      after: ['REF-1.client'],
      async check(probe) {
        const session = await probe.signIn();
        const other = await probe.refresh(session.refreshToken, { fields: { client_id: 'another-client' } });
        expectRefusal(other, 400, 'invalid_grant');
        await expectAlive(probe, session);
      },
    },
    {
      id: 'REF-1.form',
      title: 'A refresh without its parameters, or with another grant, is refused and changes nothing',
      level: 'MUST',
      section: 'authrefresh',
      why: 'It is an OAuth token endpoint. A grant for passwords must not exist (RFC 9700 §2.4).',
      async check(probe) {
        const session = await probe.signIn();
        const { refreshToken } = session;
        const post = (fields: Record<string, string>) =>
          probe.send('refresh', { method: 'POST', body: { form: Object.entries(fields) } });
        const { clientId, user } = probe.target;
        expectRefusal(await post({ refresh_token: refreshToken, client_id: clientId }), 400, 'invalid_request');
        expectRefusal(await post({ grant_type: 'refresh_token', client_id: clientId }), 400, 'invalid_request');
        const password = await post({ grant_type: 'password', client_id: clientId, ...user });
        expectRefusal(password, 400, 'unsupported_grant_type');
        await expectAlive(probe, session);
      },
    },
    {
      id: 'REF-15',
      title: 'A refresh cannot ask for more than was granted',
      level: 'MUST',
      section: 'authrefresh',
      why: 'Otherwise a refresh token is worth more than the login it came from (RFC 6749 §6).',
      async check(probe) {
        const { refreshToken } = await probe.signIn();
        const answer = await probe.refresh(refreshToken, { fields: { scope: 'everything' } });
        expectRefusal(answer, 400, 'invalid_scope');
      },
    },
    {
      id: 'REF-16',
      title: 'A parameter that comes twice is refused and changes nothing',
      level: 'MUST',
      section: 'any-endpoint',
      why: 'Two parts of a server that each take another one of the two can be played off against each other.',
      async check(probe) {
        const session = await probe.signIn();
        const { refreshToken } = session;
        const form = [
          ['grant_type', 'refresh_token'],
          ['client_id', probe.target.clientId],
          ['refresh_token', refreshToken],
          ['refresh_token', refreshToken],
        ] as const;
        expectRefusal(await probe.send('refresh', { method: 'POST', body: { form } }), 400, 'invalid_request');
        await expectAlive(probe, session);
      },
    },
    {
      id: 'REF-7',
      title: 'A refresh token that nobody knows is refused with 400 invalid_grant',
      level: 'MUST',
      section: 'authrefresh',
      why: 'That answer, and no other, tells a client to forget a session: a 200, 401 or 500 would keep it in doubt.',
      async check(probe) {
        const alive = await probe.signIn();
        for (const token of [unknownToken(), 'nonsense', alive.accessToken]) {
          expectRefusal(await probe.refresh(token), 400, 'invalid_grant', 'invalid');
        }
        await expectAlive(probe, alive, 'A session that had nothing to do with it');
      },
    },
    {
      id: 'DB-3',
      title: 'Neither a logout ticket nor a hash of it is taken for a refresh token',
      level: 'MUST',
      section: 'what-is-stored',
      why: 'Whoever reads the database, or the ticket of a logout without a network, could otherwise log in with it.',
      async check(probe) {
        const session = await probe.signIn();
        for (const stored of [await ticketOf(session.refreshToken), await hashOf(session.refreshToken)]) {
          const answer = await probe.refresh(stored);
          must(sessionIn(answer) === null, 'It got a pair.');
        }
        await expectAlive(probe, session);
      },
    },
    {
      id: 'WIR-6.refresh',
      title: 'A body of the wrong type, size or encoding and a wrong method are refused as such',
      level: 'MUST',
      section: 'any-endpoint',
      why: 'A 5xx makes clients try again and again, and wakes whoever looks after the server.',
      async check(probe) {
        const json = { grant_type: 'refresh_token', refresh_token: 'x', client_id: probe.target.clientId };
        const attempts = [
          { method: 'POST', body: { json } },
          { method: 'POST', body: { text: '%%%&=&&%ff', type: formType } },
          { method: 'POST', body: { text: `grant_type=refresh_token&pad=${'x'.repeat(70_000)}`, type: formType } },
          { method: 'POST', body: { text: '\u0000\uffff', type: 'text/plain' } },
          { method: 'GET' },
          { method: 'PUT' },
        ];
        for (const attempt of attempts) {
          const answer = await probe.send('refresh', attempt);
          const isRefused = answer.status >= 400 && answer.status < 500;
          must(isRefused, `Nonsense was answered ${described(answer)} instead of with a refusal (4xx).`);
        }
      },
    },
    {
      id: 'LOG-4.after',
      title: 'After a logout a refresh is refused as revoked, and not as unknown',
      level: 'MUST',
      section: 'post-authrefresh',
      why: 'The reason tells the client, and its user, whether a session was ended or has run out.',
      after: ['LOG-R.pair'],
      async check(probe) {
        const session = await probe.signIn();
        await probe.logout(pairOf(session));
        expectRefusal(await probe.refresh(session.refreshToken), 400, 'invalid_grant', 'revoked');
      },
    },
  ],
};
