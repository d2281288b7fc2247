import type { AuthClient, AuthClientOptions } from './client-types.ts';
import { type AuthError, NotSignedInError, RefreshRejectedError, RefreshUnavailableError } from './errors.ts';
import { type ResolvedOptions, resolveOptions } from './options.ts';
import { type Platform, resolvePlatform } from './platform.ts';
import { exchange } from './refresh/exchange.ts';
import { createRefreshAttempt } from './refresh/refresh-attempt.ts';
import { createRefreshCoordinator } from './refresh/refresh-coordinator.ts';
import { createTabLock } from './refresh/tab-lock.ts';
import { createAuthorizedFetch } from './request/authorized-fetch.ts';
import { createDelivery, type Delivery } from './request/delivery.ts';
import { createTokenAudience, type TokenAudience } from './request/token-audience.ts';
import { createAcquire } from './session/acquire.ts';
import { createEndings } from './session/endings.ts';
import { createHearing } from './session/hearing.ts';
import { createLiveRecord } from './session/live-record.ts';
import { createLoginWait } from './session/login-wait.ts';
import { createRevocations } from './session/revocations.ts';
import { createSession } from './session/session.ts';
import { createSessionWatch } from './session/session-watch.ts';
import { createTabSync } from './session/tab-sync.ts';
import { createAttemptLog } from './storage/attempt-log.ts';
import { createKeyVault, noVault } from './storage/key-vault.ts';
import { createOutbox } from './storage/outbox.ts';
import { openStorage } from './storage/safe-storage.ts';
import { createTokenStore } from './storage/token-store.ts';
import { createAuthEndpoints } from './transport/auth-endpoints.ts';
import { createTimers } from './waiting.ts';

/** The client and the parts of it that another way of sending requests builds upon. */
export interface CoreClient {
  readonly client: AuthClient;
  readonly options: ResolvedOptions;
  readonly platform: Platform;
  readonly audience: TokenAudience;
  readonly deliver: (delivery: Delivery) => Promise<Response>;
}

/** Joins the layers. */
export function createCoreClient(given: AuthClientOptions): CoreClient {
  const options = resolveOptions(given);
  const world = resolvePlatform(given.platform);
  const timers = createTimers(world.setTimer);
  const platform: Platform = Object.create(world, { setTimer: { value: timers.setTimer } });
  let disposed = false;
  const { base, storageKey, fetch } = options;
  const audience = createTokenAudience(base, given.apis ?? [base]);
  const endpoints = createAuthEndpoints(options);
  const name = `latchkey:${storageKey}`;

  const storage = openStorage(given.storage ?? 'local', (error) =>
    watch.tell({ type: 'persistence-failed', origin: 'this-tab', error }),
  );
  const store = createTokenStore(storage, storageKey);
  const outboxKey = `${storageKey}:outbox`;
  const outbox = createOutbox(storage, outboxKey, platform.now);
  const log = createAttemptLog(storage, `${storageKey}:refresh`);
  const isShared = storage.persistence === 'local' && globalThis.indexedDB;
  const keys = isShared ? createKeyVault(storageKey, platform.setTimer) : noVault;
  const endings = createEndings(outbox);
  const live = createLiveRecord(store, endings);
  const forget = (id: string): void => {
    endings.add(id);
    log.clear(id);
    keys.drop(id);
  };

  const revocations = createRevocations({
    endpoints,
    outbox,
    platform,
    lockName: `${name}:outbox`,
    timeout: options.logoutTimeout,
    onDelivered: (sessionId, server) =>
      watch.tell({ type: 'revocation-delivered', origin: 'this-tab', sessionId, server }),
  });
  const attempt = createRefreshAttempt({
    slot: {
      read() {
        const record = live.read();
        return record && endings.isOver(record.id) ? null : record;
      },
      isOutdated: ({ id, generation }) => generation < endings.generationOf(id),
      rotate: (sent, next) => !endings.isOver(sent.id) && store.rotate(sent, next),
      end(sent, reason) {
        if (store.read()?.refreshToken !== sent.refreshToken) return;
        // Said first: the other tabs see the record vanish, and want to know why.
        sync.say({ type: 'ended', id: sent.id, reason });
        store.remove(sent.id, sent.refreshToken);
        keys.drop(sent.id);
      },
    },
    log,
    exchange: (sent, isWanted) => exchange(sent, endpoints, keys, platform.now, () => !disposed && isWanted()),
    discard(pair) {
      endings.foundGone(pair.id);
      void revocations.revoke(pair);
    },
    platform,
    timeout: options.refreshTimeout,
    onLate: () => onOutcome(null),
  });
  const onOutcome = (error: AuthError | null): void => {
    const id = watch.known();
    const refused = error instanceof RefreshRejectedError;
    const reason = refused ? (error.error === 'revoked' ? 'revoked' : 'refresh-rejected') : undefined;
    watch.look(error && !refused ? 'other-tab' : 'this-tab', reason);
    const goesOn = error instanceof RefreshUnavailableError || (refused && watch.known() === id);
    if (goesOn) watch.tell({ type: 'refresh-failed', origin: 'this-tab', error });
    else if (id && !refused) sync.say({ type: 'changed', id, generation: store.read()?.generation ?? 0 });
  };
  const lock = createTabLock({ platform, name, timeout: options.lockTimeout, isDisposed: () => disposed });
  const coordinator = createRefreshCoordinator({ log, lock, attempt, platform, onOutcome });
  const loginWait = createLoginWait(given.onLoginRequired, live.read);
  const watch = createSessionWatch({
    read: live.read,
    platform,
    warnBefore: options.warnBefore,
    expiryMargin: options.expiryMargin,
    renew: given.renew === 'while-visible' ? coordinator.renew : null,
    onChange: loginWait.arrived,
    guess: endings.guess,
  });

  const hearing = createHearing({
    watch,
    live,
    endings,
    platform,
    storageKey,
    outboxKey,
    forget,
    onReturn(how) {
      if (how === 'online') coordinator.wake(watch.known());
      if (how === 'restored') acquire.distrust();
      revocations.deliver(how === 'online');
    },
    onOutbox: () => revocations.deliver(),
  });
  const sync = createTabSync({ platform, name, ...hearing });

  const acquire = createAcquire({
    watch,
    coordinator,
    loginWait,
    platform,
    expiryMargin: options.expiryMargin,
  });
  const session = createSession({
    store,
    live,
    watch,
    coordinator,
    endpoints,
    revocations,
    platform,
    keys,
    say: sync.say,
    forget,
  });
  const deliver = createDelivery({
    acquire: acquire.usable,
    current: watch.current,
    renew: acquire.renewed,
    // What an unlisted server answers after a redirect says nothing about our token.
    saysExpired: (response) =>
      !(response.redirected && !audience.mayCarry(response.url)) && options.saysExpired(response),
    now: platform.now,
  });

  const found = store.read();
  if (found) coordinator.resume(found);
  revocations.deliver();

  const client: AuthClient = {
    get session() {
      return watch.snapshot();
    },
    get persistence() {
      return storage.persistence;
    },
    subscribe: watch.subscribe,
    ...session,
    async getAccessToken(need = {}) {
      const record = await acquire.usable(need);
      if (!record) throw new NotSignedInError();
      return record.accessToken;
    },
    fetch: createAuthorizedFetch({ audience, deliver, fetch }),
    dispose() {
      disposed = true;
      sync.dispose();
      watch.dispose();
      revocations.dispose();
      timers.endAll();
    },
  };
  return { client, options, platform: world, audience, deliver };
}
