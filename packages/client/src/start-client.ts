import type { AuthClientOptions } from './client-types.ts';
import { type AuthError, RefreshRejectedError, RefreshUnavailableError } from './errors.ts';
import type { ResolvedOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { createRefreshAttempt } from './refresh/refresh-attempt.ts';
import { createRefreshCoordinator } from './refresh/refresh-coordinator.ts';
import { endedBecause } from './refresh/refresh-rules.ts';
import { createTabLock } from './refresh/tab-lock.ts';
import { createAccessTokens, type TokenNeed } from './request/access-tokens.ts';
import { createDelivery, type Delivery } from './request/delivery.ts';
import { createFruitlessRefreshes } from './request/fruitless-refreshes.ts';
import type { TokenAudience } from './request/token-audience.ts';
import { createAcquire } from './session/acquire.ts';
import { createHearing } from './session/hearing.ts';
import { createHideSecret } from './session/hide-secret.ts';
import { createLoginWait } from './session/login-wait.ts';
import { createRevocations } from './session/revocations.ts';
import { createSession, type Session } from './session/session.ts';
import { createSessionWatch, type SessionWatch } from './session/session-watch.ts';
import { createTokenLogout } from './session/token-logout.ts';
import { createAttemptLog } from './storage/attempt-log.ts';
import { createKeyVault } from './storage/key-vault.ts';
import { moveFormer, recordKeyOf } from './storage/keys.ts';
import { createOutbox } from './storage/outbox.ts';
import { openStorage, type SafeStorage } from './storage/safe-storage.ts';
import type { Tab } from './storage/tab.ts';
import { createTokenStore } from './storage/token-store.ts';
import { createAuthEndpoints } from './transport/auth-endpoints.ts';
import { createTimers } from './waiting.ts';

/** What the options say, before anything is started. */
export interface Setup {
  readonly given: AuthClientOptions;
  readonly options: ResolvedOptions;
  readonly audience: TokenAudience;
  readonly platform: Platform;
}

/** What works once the client has been started. */
export interface Parts {
  readonly watch: SessionWatch;
  readonly storage: SafeStorage;
  readonly accessToken: (need: TokenNeed) => Promise<string>;
  readonly deliver: (delivery: Delivery) => Promise<Response>;
  readonly session: Session;
  dispose(): void;
}

/** Joins the layers. From here on storage is read, the other tabs are listened to, and random numbers are drawn. */
export function startClient({ given, options, audience, platform }: Setup): Parts {
  const { storageKey, lockTimeout, logoutTimeout } = options;
  const endpoints = createAuthEndpoints(options);
  const timers = createTimers(platform.setTimer);
  const { setTimer } = timers;
  const recordKey = recordKeyOf(storageKey);
  const outboxKey = `${recordKey}:outbox`;
  let disposed = false;

  const choice = given.storage ?? 'local';
  const storage = openStorage(choice, (error) => watch.tell({ type: 'persistence-failed', origin: 'this-tab', error }));
  // What this one does not take says nothing about the session.
  const aside = openStorage(choice, () => {});
  const keepsKeys = storage.persistence === 'local' && !!globalThis.indexedDB;
  moveFormer(aside, storageKey, recordKey);
  const store = createTokenStore(storage, recordKey, options.api);
  // By prototype, not by copy: the platform's getters stay live.
  const tab: Tab = Object.assign(Object.create(platform), options, {
    setTimer,
    outboxKey,
    name: `latchkey:${recordKey}`,
    store,
    log: createAttemptLog(aside, () => `${store.key()}:refresh`, platform),
    outbox: createOutbox(aside, outboxKey, setTimer),
    keys: createKeyVault(store.key, keepsKeys, setTimer),
    say: ((message) => hearing.say(message)) satisfies Tab['say'],
    isDisposed: () => disposed,
    isAlone: () => /session|memory/.test(storage.persistence),
  });
  const lock = createTabLock(tab, () => `latchkey:${store.key()}`, lockTimeout);
  const revocations = createRevocations(
    tab,
    endpoints,
    createTabLock(tab, () => `latchkey:${store.key()}:outbox`, logoutTimeout),
    createTokenLogout(tab, endpoints, lock),
    (sessionId, server) => watch.tell({ type: 'revocation-delivered', origin: 'this-tab', sessionId, server }),
  );
  const onOutcome = (error: AuthError | null): void => {
    const id = watch.known();
    const refused = error instanceof RefreshRejectedError;
    watch.look(error && !refused ? 'other-tab' : 'this-tab', refused ? endedBecause(error) : undefined);
    const goesOn = error instanceof RefreshUnavailableError || (refused && watch.known() === id);
    if (goesOn) watch.tell({ type: 'refresh-failed', origin: 'this-tab', error });
  };
  const attempt = createRefreshAttempt(
    tab,
    endpoints,
    (pair) => {
      store.heard(pair.id).wasGone = true;
      void revocations.revoke(pair);
    },
    onOutcome,
  );
  const coordinator = createRefreshCoordinator(tab, lock, attempt, onOutcome);
  const loginWait = createLoginWait(given.onLoginRequired, store.read);
  const watch = createSessionWatch(tab, given.renew === 'while-visible' && coordinator.renew, () => {
    coordinator.arrived();
    loginWait.arrived();
    const record = store.read();
    if (record) void revocations.prepare(record);
  });
  const acquire = createAcquire(tab, watch, coordinator, loginWait);
  const hearing = createHearing(tab, watch, acquire, coordinator, revocations);
  const fruitless = createFruitlessRefreshes(tab.now);
  const deliver = createDelivery(
    acquire,
    watch.current,
    fruitless,
    (response, delivery) =>
      // Not asked of every response: a property of one takes time in some browsers.
      (given.isTokenExpired || response.status === 401) &&
      // What an unlisted server answers after a redirect says nothing about our token.
      !(response.redirected && !audience.mayCarry(response.url || delivery.url)) &&
      options.saysExpired(response, delivery),
  );

  const hideSecret = createHideSecret(tab, lock);

  const found = store.read();
  tab.log.keep(found?.id);
  if (found) {
    coordinator.resume(found);
    void revocations.prepare(found);
    void hideSecret(found);
  }
  revocations.deliver();

  return {
    watch,
    storage,
    accessToken: createAccessTokens(acquire, watch.current, fruitless),
    deliver,
    session: createSession(tab, endpoints, watch, coordinator, revocations, hideSecret),
    dispose() {
      disposed = true;
      hearing.dispose();
      watch.dispose();
      revocations.dispose();
      timers.endAll();
    },
  };
}
