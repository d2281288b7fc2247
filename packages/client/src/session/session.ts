import { LoginFailedError, NotSignedInError, SessionChangedError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { RefreshCoordinator } from '../refresh/refresh-coordinator.ts';
import type { KeyVault } from '../storage/key-vault.ts';
import type { TokenStore } from '../storage/token-store.ts';
import { revocationTicket } from '../token/proofs.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { AuthEndpoints } from '../transport/auth-endpoints.ts';
import type { LogoutResult, SessionSnapshot, TokenResponse } from '../types.ts';
import { abortable } from '../waiting.ts';
import type { LiveRecord } from './live-record.ts';
import { newSession } from './new-session.ts';
import type { Revocations } from './revocations.ts';
import type { SessionWatch } from './session-watch.ts';
import type { TabMessage } from './tab-sync.ts';

/** The verbs by which a session begins, goes on and ends. */
export interface Session {
  login(credentials: Readonly<Record<string, unknown>>, options?: { signal?: AbortSignal }): Promise<SessionSnapshot>;
  adoptTokens(response: TokenResponse): SessionSnapshot;
  logout(): Promise<LogoutResult>;
  refresh(options?: { force?: boolean; signal?: AbortSignal }): Promise<SessionSnapshot>;
}

export interface SessionPorts {
  readonly store: TokenStore;
  readonly live: Pick<LiveRecord, 'read'>;
  readonly watch: SessionWatch;
  readonly coordinator: RefreshCoordinator;
  readonly endpoints: Pick<AuthEndpoints, 'login'>;
  readonly revocations: Revocations;
  readonly platform: Pick<Platform, 'now' | 'random'>;
  readonly keys: Pick<KeyVault, 'make'>;
  /** Tells the other tabs. */
  readonly say: (message: TabMessage) => void;
  /** That session is over for good: whatever of it turns up later is not used. */
  readonly forget: (id: string) => void;
}

export function createSession(ports: SessionPorts): Session {
  const { store, live, watch, coordinator, endpoints, revocations, platform, keys, say, forget } = ports;
  /** Counts logins and logouts of this tab: the answer to an older one is no longer wanted. */
  let turn = 0;
  let leaving: Promise<LogoutResult> | null = null;

  const begin = (record: SessionRecord): SessionSnapshot => {
    const before = live.read();
    turn += 1;
    store.start(record);
    if (before) {
      forget(before.id);
      // Newer tokens of the same session on the server: there is nothing to end.
      if (before.sid !== record.sid) void revocations.revoke(before);
    }
    watch.look('this-tab');
    say({ type: 'started', id: record.id, ...(before && { over: before.id }) });
    return watch.snapshot();
  };

  const sessionOf = (tokens: TokenResponse, sentAt: number): SessionRecord => {
    try {
      return newSession(tokens, sentAt, platform.random);
    } catch (cause) {
      throw new LoginFailedError('The server answered the login without a pair of tokens.', { cause, status: 200 });
    }
  };

  /** With what takes a moment to make: the ticket, and a key in the browser's keeping instead of the secret. */
  const completed = async ({ secret, ...record }: SessionRecord): Promise<SessionRecord> => {
    const [ticket, key] = await Promise.all([revocationTicket(record.refreshToken), keys.make(record.id)]);
    return { ...record, ...(!key && secret && { secret }), ...(ticket && { ticket }) };
  };

  return {
    async login(credentials, { signal } = {}) {
      turn += 1;
      const mine = turn;
      const sentAt = platform.now();
      const outcome = await endpoints.login(credentials, signal);
      signal?.throwIfAborted();
      if (outcome.kind === 'unavailable') {
        throw new LoginFailedError('The server could not be asked to log in.', { ...outcome, retryable: true });
      }
      if (outcome.kind === 'rejected') {
        const { error, status, description } = outcome;
        throw new LoginFailedError(description ?? `The server refused the login (${error}).`, { error, status });
      }
      const record = sessionOf(outcome.tokens, sentAt);
      const whole = await completed(record);
      if (mine !== turn) {
        // Logged out, or logged in again, while the server was thinking.
        void revocations.revoke(whole);
        throw new SessionChangedError();
      }
      return begin(whole);
    },

    adoptTokens(response) {
      return begin(newSession(response, platform.now(), platform.random));
    },

    logout() {
      turn += 1;
      const record = live.read();
      if (!record) {
        store.clear();
        return leaving ?? Promise.resolve({ local: 'cleared', server: 'already-revoked' });
      }
      // One turn, nothing between: the request is with the browser, then storage is empty, then others are told.
      const server = revocations.revoke(record);
      store.clear();
      forget(record.id);
      say({ type: 'ended', id: record.id });
      watch.look('this-tab', 'logout');
      const result = server.then((answer): LogoutResult => ({ local: 'cleared', server: answer }));
      leaving = result;
      return result.finally(() => {
        if (leaving === result) leaving = null;
      });
    },

    async refresh({ force = false, signal } = {}) {
      const record = watch.current();
      if (!record) throw new NotSignedInError();
      await abortable(coordinator.refresh(record, force), signal);
      watch.look('this-tab');
      return watch.snapshot();
    },
  };
}
