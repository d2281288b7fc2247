import { ticketOf } from '../../tokens/refresh-token.ts';
import { hasJsonType, header } from '../answer.ts';
import { expectAlike, expectAlive, expectEnded, expectRefusal, expectSession } from '../expectations.ts';
import { randomText } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must } from '../violation.ts';
import { checkTokenResponse } from './token-response.ts';

export const loginRules: RuleGroup = {
  name: 'Login',
  rules: [
    {
      id: 'WIR-5.login',
      title: 'A login is answered with the pair, its lifetimes and the id of the session',
      level: 'MUST',
      section: 'post-authlogin',
      why: 'A client takes a 200 for a success only when all seven members are there and of the right type.',
      async check(probe) {
        const { username, password } = probe.target.user;
        const answer = await probe.login({ username, password });
        expectSession(answer, 'The login');
        must(hasJsonType(answer), `The answer is of the type "${header(answer, 'content-type')}" instead of JSON.`);
        checkTokenResponse(answer);
      },
    },
    {
      id: 'WIR-2.status',
      title: 'A wrong password is refused with 400 invalid_grant',
      level: 'MUST',
      section: 'post-authlogin',
      why: 'A 401 says that a token is missing: it needs a challenge, and makes clients refresh.',
      async check(probe) {
        const { username } = probe.target.user;
        expectRefusal(await probe.login({ username, password: randomText(12) }), 400, 'invalid_grant');
      },
    },
    {
      id: 'WIR-2.alike',
      title: 'An unknown user and a wrong password get the same answer',
      level: 'MUST',
      section: 'post-authlogin',
      why: 'Whoever can tell them apart can find out who has an account.',
      async check(probe) {
        const password = randomText(12);
        const wrong = await probe.login({ username: probe.target.user.username, password });
        const unknown = await probe.login({ username: `nobody-${randomText(6)}`, password });
        expectAlike(wrong, unknown, 'An unknown user and a wrong password');
        // So that these attempts count for nothing.
        await probe.signIn();
      },
    },
    {
      id: 'WIR-6.login',
      title: 'A login without a password, or that is no JSON, is refused as a bad request',
      level: 'MUST',
      section: 'authlogin',
      why: 'A client that made a mistake has to hear of it; a 5xx says that it should try the same again.',
      async check(probe) {
        const { username } = probe.target.user;
        expectRefusal(await probe.login({ username }), 400, 'invalid_request');
        const broken = { text: '{"username": ', type: 'application/json' };
        expectRefusal(await probe.send('login', { method: 'POST', body: broken }), 400, 'invalid_request');
      },
    },
    {
      id: 'TOK-10.own-session',
      title: 'Each login starts a session of its own, beside those there are',
      level: 'MUST',
      section: 'access-token',
      why: 'Sessions that share an id cannot be ended one by one, and a login elsewhere must log nobody out.',
      async check(probe) {
        const [one, other] = [await probe.signIn(), await probe.signIn()];
        must(one.sid !== other.sid, 'Two logins have the same sid.');
        must(one.refreshToken !== other.refreshToken, 'Two logins got the same refresh token.');
        await expectAlive(probe, one, 'The first of two sessions');
      },
    },
    {
      id: 'TOK-10.replaced',
      title: 'A login that brings the ticket of the session it takes the place of ends that session',
      level: 'MUST',
      section: 'post-authlogin',
      why: 'Who logs in again over a lapsed session would leave a session behind that nobody can end.',
      async check(probe) {
        const old = await probe.signIn();
        const fresh = await probe.signIn('user', { logout_ticket: await ticketOf(old.refreshToken) });
        await expectEnded(probe, old, 'The session that was replaced');
        await expectAlive(probe, fresh, 'The new session');
      },
    },
  ],
};
