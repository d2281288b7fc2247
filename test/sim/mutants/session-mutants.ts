import type { Mutant } from './mutant.ts';

/** Guards of logout, login and what other tabs do. */
export const sessionMutants: readonly Mutant[] = [
  {
    name: 'ended sessions are remembered: commit',
    file: 'create-core-client.ts',
    find: 'rotate: (sent, next) => !endings.isOver(sent.sid) && store.rotate(sent, next),',
    replace: 'rotate: (sent, next) => store.rotate(sent, next),',
  },
  {
    name: 'ended sessions are remembered: read',
    file: 'create-core-client.ts',
    find: 'return record && endings.isOver(record.sid) ? null : record;',
    replace: 'return record;',
  },
  {
    name: '"ended" removes what was written after the end',
    file: 'session/hearing.ts',
    find: 'store.remove(sid);',
    replace: '',
  },
  {
    name: 'a logout tells the other tabs',
    file: 'session/session.ts',
    find: "say({ type: 'ended', sid: record.sid });",
    replace: '',
  },
  {
    name: 'a logout empties storage at once',
    file: 'session/session.ts',
    find: 'store.clear();\n      forget(record.sid);',
    replace: 'void Promise.resolve().then(store.clear);\n      forget(record.sid);',
  },
  {
    name: 'a logout is noted before it is sent',
    file: 'session/revocations.ts',
    find: 'if (keepable && ticket) note(record, ticket);',
    replace: '',
  },
  {
    name: 'a logout of tokens handed over is noted, too',
    file: 'session/revocations.ts',
    find: 'if (late && !answered) note(record, late);',
    replace: '',
  },
  {
    name: 'outbox: tried again',
    file: 'session/revocations.ts',
    find: 'if (disposed || outbox.list().length === 0) return;',
    replace: 'return;',
  },
  {
    name: 'outbox: answered entries go',
    file: 'session/revocations.ts',
    find: 'outbox.drop(sid);\n      return outcome;',
    replace: 'return outcome;',
  },
  {
    name: 'outbox: an answer that settles nothing keeps the entry',
    file: 'session/revocations.ts',
    find: "if (outcome !== 'unsettled') {",
    replace: "if (outcome !== 'unsettled' || outbox.has(sid)) {",
  },
  {
    name: 'outbox: only a final answer of our server counts',
    file: 'transport/oauth-protocol.ts',
    find: "return body?.['status'] === 'already_revoked' ? 'already-revoked' : 'unsettled';",
    replace: "return 'already-revoked';",
  },
  {
    name: 'a logout has a time limit',
    file: 'session/revocations.ts',
    find: 'const server = await within(setTimer, timeout, answer);',
    replace: 'const server = timeout > 0 ? await answer : await within(setTimer, timeout, answer);',
  },
  {
    name: 'a login that is answered after a logout is revoked',
    file: 'session/session.ts',
    find: 'if (mine !== turn) {',
    replace: 'if (turn < 0) {',
  },
  {
    name: 'a login over a session retires it',
    file: 'session/session.ts',
    find: 'void revocations.revoke(before);',
    replace: '',
  },
  {
    name: 'listeners hear of another session before it is used',
    file: 'session/session-watch.ts',
    find: "if (record !== seen.record) look('other-tab');\n      return record;",
    replace: 'return record;',
  },
  {
    name: 'other tabs are listened to',
    file: 'session/hearing.ts',
    find: 'lookUntilSeen(laterLooks);',
    replace: 'void [lookUntilSeen, laterLooks];',
  },
  {
    name: 'storage events are listened to',
    file: 'session/hearing.ts',
    find: 'else if (signal.key === storageKey) {',
    replace: "else if (signal.key === 'another key') {",
  },
];

/** Guards of the application's requests. */
export const requestMutants: readonly Mutant[] = [
  {
    name: 'late 401: the pair has been renewed since',
    file: 'session/acquire.ts',
    find: 'if (record.accessToken !== refused.accessToken && !expired(record)) return Promise.resolve(record);',
    replace: '',
  },
  {
    name: 'sent again only under the same session: delivery',
    file: 'request/delivery.ts',
    find: 'if (record.sid !== sent.sid) throw new SessionChangedError();',
    replace: '',
  },
  {
    name: 'sent again only under the same session: renewal',
    file: 'session/acquire.ts',
    find: 'if (record.sid !== refused.sid) return Promise.reject(new SessionChangedError());',
    replace: '',
  },
  {
    name: 'the attempt stays with its session',
    file: 'refresh/refresh-attempt.ts',
    find: 'if (record.sid !== held.sid) throw new SessionChangedError();',
    replace: '',
  },
  {
    name: 'a lapsed session is not used',
    file: 'session/acquire.ts',
    find: 'if (lapsed) throw new LoginRequiredError(lapsed);',
    replace: '',
  },
  {
    name: 'sent again once, not for ever',
    file: 'request/delivery.ts',
    find: 'const second = await delivery.send(next.accessToken, true);',
    replace: 'const second = await sendWith(next, delivery);',
  },
  {
    name: 'a token that is still good is used while a refresh fails',
    file: 'session/acquire.ts',
    find: 'if (error instanceof RefreshUnavailableError && !expired(held)) return held;',
    replace: '',
  },
];
