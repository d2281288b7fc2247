import type { Mutant } from './mutant.ts';

const attempt = 'refresh/refresh-attempt.ts';
const coordinator = 'refresh/refresh-coordinator.ts';
const lock = 'refresh/tab-lock.ts';

/** Guards of the refresh: lock, re-read, exchange, commit. */
export const refreshMutants: readonly Mutant[] = [
  {
    name: 'single flight: callers do not share one',
    file: coordinator,
    find: 'if (flight?.sid === held.sid) {',
    replace: 'if (false as boolean && flight) {',
  },
  {
    name: 'lock: nobody takes it',
    file: lock,
    find: 'if (!locks) return void work();',
    replace: 'return void work();',
  },
  {
    name: 'lock: waited for without end',
    file: lock,
    find: 'const cancel = platform.setTimer(without, timeout);',
    replace: 'const cancel = (): void => void [without, timeout];',
  },
  {
    name: 'lock: given back before the write has travelled',
    file: lock,
    find: 'if (wrote) await settle();',
    replace: '',
  },
  {
    name: 'lock: what was waiting starts again after it was given up',
    file: lock,
    find: 'if (started) return;\n          started = true;\n          cancel();',
    replace: 'cancel();',
  },
  {
    name: 're-read under the lock',
    file: attempt,
    find: 'let sent = current(held);',
    replace: 'let sent = held;',
  },
  {
    name: 'another tab was faster: use its pair',
    file: attempt,
    find: 'if (!force && sent.refreshToken !== held.refreshToken) return sent;',
    replace: '',
  },
  {
    name: 'compare before commit: any record',
    file: 'storage/token-store.ts',
    find: 'if (current?.sid !== sent.sid || current.refreshToken !== sent.refreshToken) return false;',
    replace: '',
  },
  {
    name: 'compare before commit: any pair of the session',
    file: 'storage/token-store.ts',
    find: 'if (current?.sid !== sent.sid || current.refreshToken !== sent.refreshToken) return false;',
    replace: 'if (current?.sid !== sent.sid) return false;',
  },
  {
    name: 'compare before a refused session is removed',
    file: 'storage/token-store.ts',
    find: 'if (current?.sid !== sid || (refreshToken !== undefined && current.refreshToken !== refreshToken)) return false;',
    replace: 'if (!current) return false;',
  },
  {
    name: 'adopt on rejection',
    file: attempt,
    find: 'const newer = await newerThan(sent, rivalled);',
    replace: 'const newer = rivalled && (null as SessionRecord | null);',
  },
  {
    name: 'adopt on rejection: a rival is waited for',
    file: attempt,
    find: 'if (!(rivalled || isRivalled(sent)) || waited >= rivalsTurn) return null;',
    replace: 'return null;',
  },
  {
    name: 'discard a pair that arrives after the end',
    file: attempt,
    find: 'discard(next);',
    replace: '',
  },
  {
    name: 'a late answer is stored after all',
    file: attempt,
    find: 'commitLate(sent, answer);',
    replace: '',
  },
  {
    name: 'an exchange has a time limit',
    file: attempt,
    find: 'const outcome = await within(setTimer, Math.max(0, until - now()), answer);',
    replace: 'const outcome = until > 0 ? await answer : await within(setTimer, 0, answer);',
  },
  {
    name: 'cool-down after a failure',
    file: attempt,
    find: 'notBefore: now() + delay, offline',
    replace: 'notBefore: 0 * delay, offline',
  },
  {
    name: 'cool-down: also for a tab that waited for the lock',
    file: coordinator,
    find: 'cooling(held) > 0 ? null : attempt(held, { force, decisive, keep }),',
    replace: 'attempt(held, { force, decisive, keep }),',
  },
  {
    name: 'cool-down: Retry-After',
    file: 'refresh/refresh-rules.ts',
    find: 'if (retryAfter !== undefined) return Math.min(retryAfter, longestRetryAfter);',
    replace: '',
  },
  {
    name: 'cool-down: asked before an exchange begins',
    file: coordinator,
    find: 'if (left > 0) await coolDownOver(left);',
    replace: '',
  },
  {
    name: 'window: not sent when it has passed',
    file: attempt,
    find: 'if (lapsed) throw new LoginRequiredError(lapsed);',
    replace: 'if (lapsed && until < 0) throw new LoginRequiredError(lapsed);',
  },
  {
    name: 'window: known to be over',
    file: 'token/lifetimes.ts',
    find: "if (hasPassed(lifetimes.refreshableUntil, lifetimes, now)) return 'window-passed';",
    replace: '',
  },
  {
    name: 'limit: known to be over',
    file: 'token/lifetimes.ts',
    find: "if (hasPassed(lifetimes.sessionEndsAt, lifetimes, now)) return 'session-expired';",
    replace: '',
  },
  {
    name: 'idempotency key',
    file: 'refresh/exchange.ts',
    find: 'await endpoints.refresh(sent, key);',
    replace: 'await endpoints.refresh(sent, undefined);',
  },
  {
    name: 'idempotency key: the same for every try',
    file: 'token/proofs.ts',
    find: 'encoder.encode(`rotate:v1:',
    replace: 'encoder.encode(performance.now() + `',
  },
  {
    name: 'an attempt that a page did not end is taken up by the next',
    file: coordinator,
    find: 'if (log.read(held.sid)?.begunAt != null) behind(held);',
    replace: '',
  },
  {
    name: 'a refusal behind a request ends nothing while the token is good',
    file: attempt,
    find: 'if (!newer && !decisive() && stillGood(sent)) {',
    replace: 'if (false as boolean) {',
  },
  {
    name: 'only a refusal ends a session: 5xx and pages are none',
    file: 'transport/oauth-protocol.ts',
    find: 'if (!isRefusal(response, body, asked)) return unavailable(response);',
    replace: "if (asked === 'login' && !isRefusal(response, body, asked)) return unavailable(response);",
  },
];
