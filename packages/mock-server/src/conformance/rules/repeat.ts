import { described } from '../answer.ts';
import { expectAlive, expectEnded, expectRefusal, expectSession } from '../expectations.ts';
import { newKey, randomText, sessionIn } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must } from '../violation.ts';

const section = 'rotation-repeats-reuse';
const parallel = 6;

export const repeatRules: RuleGroup = {
  name: 'Repeat of a refresh whose answer got lost',
  rules: [
    {
      id: 'REF-10.repeat',
      title: 'The same refresh token with the same Idempotency-Key gets the same successor again',
      level: 'MUST',
      section,
      why: 'An answer can get lost. Without the repeat the client holds a spent token, and its user is logged out.',
      after: ['REF-2.rotates'],
      async check(probe) {
        const key = newKey();
        const { refreshToken } = await probe.signIn();
        const first = expectSession(await probe.refresh(refreshToken, { key }), 'The refresh');
        const again = expectSession(await probe.refresh(refreshToken, { key }), 'Its repeat');
        must(again.refreshToken === first.refreshToken, 'The repeat got another refresh token.');
        must(again.sid === first.sid, 'The repeat got another sid.');
        await expectAlive(probe, again);
      },
    },
    {
      id: 'REF-11',
      title: 'The access token of a repeat is a new one, and good',
      level: 'SHOULD',
      section: 'post-authrefresh',
      why: 'To answer with the same one, the server would have to keep it.',
      after: ['REF-10.repeat'],
      async check(probe) {
        const key = newKey();
        const { refreshToken } = await probe.signIn();
        const first = expectSession(await probe.refresh(refreshToken, { key }), 'The refresh');
        const again = expectSession(await probe.refresh(refreshToken, { key }), 'Its repeat');
        must(again.accessToken !== first.accessToken, 'It is the same access token.');
        const answer = await probe.api(again.accessToken);
        must(answer.status === 200, `The access token of the repeat was answered ${described(answer)} instead of 200.`);
      },
    },
    {
      id: 'REF-14.parallel',
      title: 'Parallel refreshes with one key all get the same successor',
      level: 'MUST',
      section,
      why: 'Two tabs refresh at the same moment. Whichever answer each takes, it has to be the same token.',
      after: ['REF-10.repeat'],
      async check(probe) {
        const key = newKey();
        const { refreshToken } = await probe.signIn();
        const answers = await Promise.all(Array.from({ length: parallel }, () => probe.refresh(refreshToken, { key })));
        const refused = answers.find((answer) => sessionIn(answer) === null);
        must(
          refused === undefined,
          `One of ${parallel} was answered ${refused === undefined ? '' : described(refused)}.`,
        );
        const sessions = answers.flatMap((answer) => sessionIn(answer) ?? []);
        const successors = new Set(sessions.map((session) => session.refreshToken));
        must(successors.size === 1, `${parallel} answers have ${successors.size} different refresh tokens.`);
        const [any] = sessions;
        if (any !== undefined) await expectAlive(probe, any);
      },
    },
    {
      id: 'REF-10.other-key',
      title: 'A repeat with another key is theft: it is refused, and the session ends',
      level: 'MUST',
      section,
      why: 'The key is what a thief of the token does not have. If any key will do, it proves nothing.',
      after: ['REF-6.descendant'],
      async check(probe) {
        const spent = await probe.signIn();
        const living = await probe.next(spent);
        expectRefusal(await probe.refresh(spent.refreshToken, { key: newKey() }), 400, 'invalid_grant');
        await expectEnded(probe, living);
      },
    },
    {
      id: 'REF-10.keyless',
      title: 'A repeat without the key, or of a refresh that had none, is reuse',
      level: 'MUST',
      section,
      why: 'A refresh without a key is allowed, and then its token is good exactly once.',
      after: ['REF-6.descendant'],
      async check(probe) {
        const keyed = await probe.signIn();
        const afterKeyed = await probe.next(keyed);
        expectRefusal(await probe.refresh(keyed.refreshToken), 400, 'invalid_grant');
        await expectEnded(probe, afterKeyed);
        const bare = await probe.signIn();
        const afterBare = expectSession(await probe.refresh(bare.refreshToken), 'A refresh without a key');
        expectRefusal(await probe.refresh(bare.refreshToken, { key: newKey() }), 400, 'invalid_grant');
        await expectEnded(probe, afterBare);
      },
    },
    {
      id: 'REF-10.used',
      title: 'Once the successor was used, there is no repeat any more',
      level: 'MUST',
      section,
      why: 'Who used the successor has it: nothing got lost, and whoever comes with the old token is somebody else.',
      after: ['REF-10.repeat', 'REF-6.descendant'],
      async check(probe) {
        const key = newKey();
        const spent = await probe.signIn();
        const living = await probe.next(await probe.next(spent, key));
        expectRefusal(await probe.refresh(spent.refreshToken, { key }), 400, 'invalid_grant');
        await expectEnded(probe, living);
      },
    },
    {
      id: 'REF-10.count',
      title: 'One refresh is repeated a hundred times at the most',
      level: 'SHOULD',
      section,
      why: 'A client that asks again and again is broken, or is not the client.',
      after: ['REF-10.repeat'],
      async check(probe) {
        const key = newKey();
        const { refreshToken } = await probe.signIn();
        await probe.refresh(refreshToken, { key });
        for (let repeat = 1; repeat <= 100; repeat += 1) await probe.refresh(refreshToken, { key });
        const further = await probe.refresh(refreshToken, { key });
        must(sessionIn(further) === null, 'The repeat after that got a pair, too.');
      },
    },
    {
      id: 'REF-14.form',
      title: 'A key that is no quoted string of 16 to 128 safe characters is refused and spends nothing',
      level: 'MUST',
      section: 'post-authrefresh',
      why: 'A client that believes its key to be known, while it was ignored, loses its session with the first lost answer.',
      after: ['REF-2.rotates'],
      async check(probe) {
        const session = await probe.signIn();
        for (const value of ['"short"', randomText(24), `"${'x'.repeat(129)}"`]) {
          const answer = await probe.refresh(session.refreshToken, { headers: { 'idempotency-key': value } });
          expectRefusal(answer, 400, 'invalid_request');
        }
        await expectAlive(probe, session);
      },
    },
    {
      id: 'REF-14.reused',
      title: 'A key that another refresh token was exchanged with is refused with 422 and spends nothing',
      level: 'MUST',
      section,
      why: 'A key names one exchange. A client that uses it for two has lost count, and must hear of it.',
      after: ['REF-10.repeat'],
      async check(probe) {
        const key = newKey();
        const session = await probe.next(await probe.signIn(), key);
        const answer = await probe.refresh(session.refreshToken, { key });
        must(answer.status === 422, `It was answered ${described(answer)} instead of 422.`);
        await expectAlive(probe, session);
      },
    },
  ],
};
