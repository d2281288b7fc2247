import type { Mutant } from './mutant.ts';

/** Guards of logout, login and what other tabs do. */
export const sessionMutants: readonly Mutant[] = [
  {
    name: 'ended sessions are remembered: what this tab has heard',
    find: 'if (!record || !isOver(record)) {',
    replace: 'if (true) {',
  },
  {
    name: 'ended sessions are remembered: a session that turns up',
    find: 'if (id && id !== seen.record?.id && tab.outbox.has(id)) forget(tab, id);',
    replace: '',
  },
  {
    name: '"ended" removes what was written after the end',
    find: 'if (place().read() && !read()) write(null);',
    replace: '',
  },
  {
    name: 'a logout tells the other tabs',
    find: "say({ type: 'ended', id: record.id });",
    replace: '',
  },
  {
    name: 'a logout empties storage at once',
    find: 'const server = revocations.revoke(record); store.write(null);',
    replace: 'const server = revocations.revoke(record); void Promise.resolve().then(() => store.write(null));',
  },
  {
    name: 'a logout is noted before it is sent',
    find: 'if (ticket) note(record, ticket);',
    replace: '',
  },
  {
    name: 'a logout of tokens handed over is noted, too',
    find: 'if (late && logout && held.get(id) === logout && held.delete(id)) note(record, late);',
    replace: '',
    also: [{ find: 'if (!ticket) prepared.set(id, await revocationTicket(refreshToken));', replace: '' }],
  },
  {
    name: 'outbox: tried again',
    find: 'if (noted().length === 0) return;',
    replace: 'return;',
  },
  {
    name: 'outbox: answered entries go',
    find: 'held.delete(id); outbox.drop(id);',
    replace: 'held.delete(id);',
  },
  {
    name: 'outbox: an answer that settles nothing keeps the entry',
    find: "outcome !== null && outcome !== 'unsettled';",
    replace: 'outcome !== null;',
  },
  {
    name: 'outbox: only a final answer of our server counts',
    find: "status === 'already_revoked' ? 'already-revoked' : 'unsettled';",
    replace: "'already-revoked';",
  },
  {
    name: 'a logout has a time limit',
    find: 'const outcome = await within(setTimer, timeout, settled);',
    replace: 'const outcome = await settled;',
  },
  {
    name: 'a login that is answered after a logout is revoked',
    find: 'if (mine !== turn || signal?.aborted) {',
    replace: 'if (signal?.aborted) {',
  },
  {
    name: 'a login over a session retires it',
    find: 'void revocations.revoke(before);',
    replace: ';',
  },
  {
    name: 'listeners hear of another session before it is used',
    find: "if (record === seen.record) return record; look('other-tab');",
    replace: 'return record;',
  },
  {
    name: 'other tabs are listened to',
    find: 'look(); for (const delay of laterLooks) setTimer(look, delay);',
    replace: 'void laterLooks;',
  },
  {
    name: 'storage events are listened to',
    find: 'else if (store.mayHold(signal.key)) {',
    replace: "else if (signal.key === 'another key') {",
  },
];

/** Guards of the application's requests. */
export const requestMutants: readonly Mutant[] = [
  {
    name: 'late 401: the pair has been renewed since',
    find: 'if (record.accessToken !== refused.accessToken && timeLeft(record, now()) > 0) return record;',
    replace: '',
  },
  {
    name: 'sent again only under the same session',
    find: 'if (record.id !== sent.id) throw new SessionChangedError();',
    replace: '',
    also: [
      { find: 'if (record.id !== held.id) throw new SessionChangedError(); return record;', replace: 'return record;' },
    ],
  },
  {
    name: 'the attempt stays with its session',
    find: 'if (record?.id === held.id) return record;',
    replace: 'if (record) return record;',
  },
  {
    name: 'a lapsed session is not used',
    find: 'return lapsedBecause(stored?.id === held.id ? stored : held, now());',
    replace: 'return null as never;',
  },
  {
    name: 'sent again once, not for ever',
    find: 'const second = await delivery.send(headerOf(accessToken), true);',
    replace: 'const second = await sendWith(next, delivery);',
  },
  {
    name: 'a token that is still good is used while a refresh fails',
    find: 'if (error instanceof RefreshUnavailableError && timeLeft(held, now()) > 0) return same(held);',
    replace: '',
  },
];
