import { checkOptions, shown } from '../check-options.ts';
import { development } from '../development.ts';
import { ConfigurationError, LoginFailedError, NotSignedInError, SessionChangedError } from '../errors.ts';
import { isBoolean, isObject, isSignal } from '../option-rules.ts';
import type { RefreshCoordinator } from '../refresh/refresh-coordinator.ts';
import { forget, type Tab } from '../storage/tab.ts';
import { lifetimesOf, lifetimesOfOld } from '../token/lifetimes.ts';
import { revocationTicket } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import { isAccessToken, isRefreshToken } from '../token/token-shape.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import { missing } from '../transport/failure-words.ts';
import type { LogoutResult, SessionSnapshot, TokenResponse } from '../types.ts';
import { abortable } from '../waiting.ts';
import { newSession } from './new-session.ts';
import type { Revocations } from './revocations.ts';
import type { SessionWatch } from './session-watch.ts';

/** The verbs by which a session begins, goes on and ends. */
export interface Session {
  login(credentials: Readonly<Record<string, unknown>>, options?: { signal?: AbortSignal }): Promise<SessionSnapshot>;
  adoptTokens(response: TokenResponse): SessionSnapshot;
  logout(): Promise<LogoutResult>;
  refresh(options?: { force?: boolean; signal?: AbortSignal }): Promise<SessionSnapshot>;
}

const superseded =
  'This login was superseded by a newer one, or by a logout. Its session has been ended on the server.';

/** @throws ConfigurationError for what holds no pair of tokens. */
function checkTokens(response: unknown): void {
  if (!isObject(response)) {
    throw new ConfigurationError(`\`adoptTokens()\` needs a token response; got ${shown(response)}.`);
  }
  const { access_token, refresh_token } = response;
  const wrong = isAccessToken(access_token) ? !isRefreshToken(refresh_token) && 'refresh_token' : 'access_token';
  if (wrong) throw new ConfigurationError(missing('`adoptTokens()` needs', wrong, response[wrong] != null, response));
}

/** A form or an event, handed over as it is, would be sent as `{}`. */
function noCredentials(given: unknown): ConfigurationError {
  const isForm = development && given instanceof FormData;
  return new ConfigurationError(
    `\`login()\` needs an object of credentials; got ${shown(given)}.` +
      (isForm ? ' Write login(Object.fromEntries(formData)).' : ''),
  );
}

export function createSession(
  tab: Tab,
  endpoints: AuthEndpoints,
  watch: SessionWatch,
  coordinator: RefreshCoordinator,
  revocations: Revocations,
  hideSecret: (record: SessionRecord) => unknown,
): Session {
  const { store, outbox, keys, now, random } = tab;
  /** Counts logins and logouts of this tab: the answer to an older one is no longer wanted. */
  let turn = 0;
  let leaving: Promise<LogoutResult> | null = null;

  const begin = (record: SessionRecord): SessionSnapshot => {
    const before = store.read();
    turn += 1;
    store.write(record);
    if (before) {
      forget(tab, before.id);
      // The same tokens, or newer ones of the same session on the server: there is nothing to end.
      if (before.sid !== record.sid && before.refreshToken !== record.refreshToken) void revocations.revoke(before);
    }
    watch.look('this-tab');
    tab.say({ type: 'started', id: record.id, ...(before && { over: before.id }) });
    return watch.snapshot();
  };

  return {
    async login(credentials, given) {
      const options = given ?? {};
      checkOptions('login()', options, { signal: isSignal });
      if (!isObject(credentials)) throw noCredentials(credentials);
      const { signal } = options;
      turn += 1;
      const mine = turn;
      const sentAt = now();
      const outcome = await endpoints.askForTokens('login', credentials, { signal });
      // What a server has begun although nobody wants it any more has to be ended, below.
      if (outcome.kind !== 'tokens') signal?.throwIfAborted();
      if (outcome.kind !== 'tokens') {
        const retryable = outcome.kind === 'unavailable' && !outcome.final;
        throw new LoginFailedError(outcome.message, { ...outcome, retryable });
      }
      const { tokens, serverTime } = outcome;
      const fresh = newSession(tokens, random, (claims) => lifetimesOf(tokens, claims, sentAt, null, serverTime));
      // What takes a moment to make: the ticket, and a key in the browser's keeping instead of the secret.
      const [ticket, key] = await Promise.all([revocationTicket(fresh.refreshToken), keys.make(fresh.id)]);
      const { secret, ...record } = fresh;
      const whole = { ...(key ? record : fresh), ...(ticket && { ticket }) };
      if (mine !== turn || signal?.aborted) {
        // Given up, logged out, or logged in again, while the server was thinking.
        void revocations.revoke(whole);
        signal?.throwIfAborted();
        throw new SessionChangedError(superseded);
      }
      return begin(whole);
    },

    adoptTokens(response) {
      checkTokens(response);
      const fresh = newSession(response, random, (claims) => lifetimesOfOld(response, claims, now()));
      const snapshot = begin(fresh);
      void hideSecret(fresh);
      return snapshot;
    },

    logout() {
      turn += 1;
      const record = store.read();
      if (!record) {
        store.write(null);
        const server = revocations.isPending() ? 'pending' : 'already-revoked';
        return leaving ?? Promise.resolve({ local: 'cleared', server });
      }
      // One turn, nothing between: the request is with the browser, then storage is empty, then others are told.
      const server = revocations.revoke(record);
      store.write(null);
      // In a full store there may be room for it only now.
      for (const pending of outbox.list()) if (pending.id === record.id) outbox.put(pending);
      forget(tab, record.id);
      tab.say({ type: 'ended', id: record.id });
      watch.look('this-tab', 'logout');
      const result = server.then((answer): LogoutResult => ({ local: 'cleared', server: answer }));
      leaving = result;
      return result.finally(() => {
        if (leaving === result) leaving = null;
      });
    },

    async refresh(given) {
      const options = given ?? {};
      checkOptions('refresh()', options, { force: isBoolean, signal: isSignal });
      const { force, signal } = options;
      const record = watch.current();
      if (!record) throw new NotSignedInError();
      await abortable(coordinator.refresh(record, force), signal);
      watch.look('this-tab');
      return watch.snapshot();
    },
  };
}
