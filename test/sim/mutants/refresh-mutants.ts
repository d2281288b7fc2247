import type { Mutant } from './mutant.ts';

/** Guards of the refresh: lock, re-read, exchange, commit. */
export const refreshMutants: readonly Mutant[] = [
  {
    name: 'single flight: callers do not share one',
    find: 'if (flight?.held.id === held.id && !lapse(held)) {',
    replace: 'if (false) {',
  },
  {
    name: 'lock: nobody takes it',
    find: 'if (!locks) return void work(false);',
    replace: 'return void work(false);',
  },
  {
    name: 'lock: waited for without end',
    find: 'const cancel = setTimer(without, timeout);',
    replace: 'const cancel = () => {};',
  },
  {
    name: 'lock: given back before the write has travelled',
    find: 'if (exclusive && wrote) await settle();',
    replace: '',
  },
  {
    name: 'lock: what was waiting starts again after it was given up',
    find: 'if (started) return;',
    replace: '',
    also: [{ find: 'if (!exclusive) waiting.abort();', replace: '' }],
  },
  {
    name: 're-read under the lock',
    find: 'let sent = current(held);',
    replace: 'let sent = held;',
    also: [{ find: '&& isPair(store.read(), asked);', replace: ';' }],
  },
  {
    name: 'another tab was faster: use its pair',
    find: 'if (!force && !isPair(sent, held) && isStillGood(sent)) return sent;',
    replace: '',
  },
  {
    name: 'compare before commit: any record',
    find: 'if (!isPair(read(), sent)) return false;',
    replace: '',
  },
  {
    name: 'compare before commit: any pair of the session',
    find: 'if (!isPair(read(), sent)) return false;',
    replace: 'if (read()?.id !== sent.id) return false;',
  },
  {
    name: 'adopt on rejection',
    find: 'const newer = await newerThan(asked, rivalled, hasTime);',
    replace: 'const newer = null;',
  },
  {
    name: 'adopt on rejection: a rival is waited for',
    find: 'if (waited >= (rivalled || log.isRivalled(sent.id, timeout) ? rivalsTurn : leastWait)) return null;',
    replace: 'return null;',
  },
  {
    name: 'discard a pair that arrives after the end',
    find: 'else if (there?.id !== sent.id && there?.sid !== next.sid) discard(next);',
    replace: '',
  },
  {
    name: 'a late answer is stored after all',
    find: "late.kind === 'successor' && commit(asked, late.record, order)",
    replace: 'false',
  },
  {
    name: 'an exchange has a time limit',
    find: 'const outcome = await Promise.race([answer, limit.over]);',
    replace: 'const outcome = await answer;',
  },
  {
    name: 'cool-down after a failure',
    find: 'log.fail(sent.id, failures, delay,',
    replace: 'log.fail(sent.id, failures, 0,',
  },
  {
    name: 'cool-down: also for a tab that waited for the lock',
    find: 'if (cooling(held) > 0) return null;',
    replace: '',
  },
  {
    name: 'cool-down: Retry-After',
    find: 'if (retryAfter) return Math.min(retryAfter, longestRetryAfter);',
    replace: '',
  },
  {
    name: 'cool-down: asked before an exchange begins',
    find: 'if (left > patience) throw',
    replace: 'if (false) throw',
    also: [{ find: 'await rest.over; }', replace: '}' }],
  },
  {
    name: 'window: not sent when it has passed',
    find: 'const lapsed = lapsedBecause(asked, now());',
    replace: 'const lapsed = null;',
  },
  {
    name: 'window: known to be over',
    find: "if (hasPassed(lifetimes.refreshableUntil, lifetimes, now)) return 'window-passed';",
    replace: '',
  },
  {
    name: 'limit: known to be over',
    find: "if (hasPassed(lifetimes.sessionEndsAt, lifetimes, now)) return 'session-expired';",
    replace: '',
  },
  {
    name: 'idempotency key',
    find: "endpoints.askForTokens('refresh', sent, { idempotencyKey })",
    replace: "endpoints.askForTokens('refresh', sent, {})",
  },
  {
    name: 'idempotency key: the same for every try',
    find: 'bytesOf(`rotate:v1:',
    replace: 'bytesOf((globalThis.tries = (globalThis.tries ?? 0) + 1) + `',
  },
  {
    name: 'an attempt that a page did not end is taken up by the next',
    find: 'if (log.read(held.id)?.begunAt != null) behind(held);',
    replace: 'if (false) {}',
  },
  {
    name: 'a tab leaves the line only while it is in it',
    find: 'mine.arrive = null;',
    replace: '',
  },
  {
    name: 'a refusal behind a request ends nothing while the token is good',
    find: 'if (!newer && !decisive() && isStillGood(asked)) {',
    replace: 'if (false) {',
  },
  {
    name: 'only a refusal ends a session: 5xx and pages are none',
    find: "if (!isRefusal(response, found, asked)) return unavailable(response, found, 'access_token');",
    replace: "if (asked === 'login' && !isRefusal(response, found, asked)) return unavailable(response, found);",
  },
];
