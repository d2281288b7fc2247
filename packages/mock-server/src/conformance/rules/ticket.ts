import { ticketOf } from '../../tokens/refresh-token.ts';
import { expectAlive, expectEnded, expectLoggedOut, expectRefusal } from '../expectations.ts';
import { pairOf, randomText, type Session } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';

const basis = { level: 'MUST', section: 'post-authlogout', after: ['LOG-2.ticket'] } as const;

const byTicket = async ({ refreshToken, sid }: Session) => ({ logout_ticket: await ticketOf(refreshToken), sid });

export const ticketRules: RuleGroup = {
  name: 'Logout by the ticket',
  rules: [
    {
      ...basis,
      id: 'LOG-2.ticket',
      title: 'A ticket and its sid end the session',
      after: ['LOG-R.pair'],
      why: 'It is what a client keeps, in place of the tokens, of a logout that could not be delivered.',
      async check(probe) {
        const session = await probe.signIn();
        expectLoggedOut(await probe.logout(await byTicket(session)));
        await expectEnded(probe, session);
      },
    },
    {
      ...basis,
      id: 'LOG-2.spent',
      title: 'The ticket of a spent refresh token ends the session, its living descendant too',
      why: 'A refresh may have been under way, or a thief faster, when the logout was written down.',
      async check(probe) {
        const spent = await probe.signIn();
        const living = await probe.next(spent);
        expectLoggedOut(await probe.logout(await byTicket(spent)));
        await expectEnded(probe, living);
      },
    },
    {
      ...basis,
      id: 'LOG-2.again',
      title: 'A ticket that was used is told that it was already done',
      why: 'The client keeps a ticket until it gets a final answer.',
      async check(probe) {
        const fields = await byTicket(await probe.signIn());
        await probe.logout(fields);
        expectLoggedOut(await probe.logout(fields), 'already_revoked');
      },
    },
    {
      ...basis,
      id: 'LOG-2.others',
      title: 'A ticket leaves the other sessions of the user alone',
      why: 'The user may have logged in again before the ticket could be delivered.',
      async check(probe) {
        const [leaving, other] = [await probe.signIn(), await probe.signIn()];
        await probe.logout(await byTicket(leaving));
        await expectAlive(probe, other, 'Another session of the user');
      },
    },
    {
      ...basis,
      id: 'LOG-2.unknown',
      title: 'A ticket that nobody knows, or of another session, is refused and changes nothing',
      section: 'logout',
      after: [],
      why: 'The sid is no secret; the ticket is what proves that somebody may end the session.',
      async check(probe) {
        const [one, other] = [await probe.signIn(), await probe.signIn()];
        const unknown = await probe.logout({ logout_ticket: randomText(32), sid: one.sid });
        expectRefusal(unknown, 400, 'invalid_grant', 'invalid');
        const swapped = await probe.logout({ ...(await byTicket(one)), sid: other.sid });
        expectRefusal(swapped, 400, 'invalid_grant', 'invalid');
        await expectAlive(probe, one, 'The session of the ticket');
        await expectAlive(probe, other, 'The session of the sid');
      },
    },
    {
      ...basis,
      id: 'LOG-2.mixed',
      title: 'A ticket together with tokens is refused and changes nothing',
      section: 'logout',
      after: [],
      why: 'A request that says two things is a mistake, and nobody knows which of them was meant.',
      async check(probe) {
        const session = await probe.signIn();
        const fields = { ...(await byTicket(session)), ...pairOf(session) };
        expectRefusal(await probe.logout(fields), 400, 'invalid_request');
        await expectAlive(probe, session);
      },
    },
  ],
};
