import type { AuthServer, AuthServerOptions } from './auth-server.ts';
import { createAuthenticate } from './authenticate.ts';
import { runningClock } from './clock/clock.ts';
import { minute } from './clock/duration.ts';
import { createNonces } from './dpop/nonces.ts';
import { createSeenProofs } from './dpop/seen-proofs.ts';
import { createEndpoints } from './endpoints/create-endpoints.ts';
import { guardedKeys, guardedStore } from './endpoints/guarded-store.ts';
import { createFaults } from './faults/faults.ts';
import { createDispatch } from './http/dispatch.ts';
import { matchPath, normalBasePath } from './http/routes.ts';
import { createAllowance } from './limits/allowance.ts';
import { createAttemptLimits } from './limits/attempt-limits.ts';
import { createLoginLimits } from './limits/login-limits.ts';
import { createRateLimit } from './limits/rate-limit.ts';
import { createRequestLog } from './log/request-log.ts';
import { createSecurityLog } from './log/security-log.ts';
import { allowedOrigin } from './origins.ts';
import { genuineFor, resolvePolicy } from './policy.ts';
import { administerSessions, revokeAll } from './session-administration.ts';
import { createSessionTokens } from './sessions/session-tokens.ts';
import { memoryStore } from './store/memory-store.ts';
import { createSuccessorSweeps } from './store/successor-sweep.ts';
import { ownBytes, type RandomBytes, systemRandom } from './tokens/random.ts';
import { memorySigningKeys, newSigningKey, rotated } from './tokens/signing-keys.ts';
import { pbkdf2 } from './users/password-hasher.ts';
import { createUserDirectory } from './users/user-directory.ts';

/**
 * The whole server side of Latchkey: sessions with rotating refresh tokens, one week and three months long, and logout with an
 * expired pair. A function from `Request` to `Response`, to be mounted in MSW, on HTTP, or anywhere else.
 *
 * @example
 * const server = createAuthServer({ users: [{ username: 'ada', password: 'correct horse' }] });
 * const response = await server.fetch(new Request('https://api.example/me'));
 *
 * @throws RangeError for a policy, a user or an allowed origin that cannot be.
 */
export function createAuthServer(options: AuthServerOptions = {}): AuthServer {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        // No request fails for a mistake of the listener, and nobody is kept from hearing of it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };
  const { echo = false } = options;
  const policy = resolvePolicy(options.policy);
  const clock = options.clock ?? runningClock();
  const store = guardedStore(options.store ?? memoryStore());
  const { random: given } = options;
  const random: RandomBytes = given ? (bytes) => ownBytes(given(bytes)) : systemRandom;
  const keys = options.signingKeys ?? memorySigningKeys();
  const name = options.issuer ?? 'https://latchkey.test';
  const issuer = { issuer: name, audience: options.audience ?? name, keys: guardedKeys(keys), random };
  const accounts = options.users ?? [];
  const users = createUserDirectory(accounts, options.passwordHasher ?? pbkdf2(), options.renewPasswordHash);
  const sessionTokens = createSessionTokens({ policy, issuer, store, users });
  const faults = createFaults(clock);
  const log = createRequestLog(changed);
  const securityLog = createSecurityLog(changed);
  const guesses = createAttemptLimits({ free: 30 });
  const refreshes = createRateLimit({ most: policy.refreshesPerMinute, per: minute });
  const refreshesFrom = createAllowance({ most: policy.refreshesPerAddress, per: minute });
  const logins = createLoginLimits();
  const seenProofs = createSeenProofs();
  const nonces = policy.dpopNonce ? createNonces(options.dpopNonceSecret, random) : null;
  const onSealed = createSuccessorSweeps({ clock, store, policy });
  const parts = {
    policy,
    store,
    issuer,
    users,
    sessionTokens,
    securityLog,
    guesses,
    refreshes,
    refreshesFrom,
    logins,
    onSealed,
    seenProofs,
    nonces,
  };

  const allowedOrigins = (options.allowedOrigins ?? []).map(allowedOrigin);

  return {
    fetch: createDispatch({
      handlers: createEndpoints(parts),
      allowedOrigins,
      echo,
      clock,
      faults,
      log,
    }),
    authenticate: createAuthenticate({ ...parts, clock, allowedOrigins }),
    serves: (url, basePath = '/') => matchPath(new URL(url).pathname, normalBasePath(basePath), { echo }) !== null,
    clock,
    faults,
    requests: log.entries,
    securityEvents: securityLog.events,
    sessions: administerSessions({ store, policy, now: () => clock.now(), onChange: changed }),
    users: {
      async setPassword(username, password, { keepSession } = {}) {
        await users.setPassword(username, password);
        const revocation = { userId: username, reason: 'password_change', spared: keepSession, now: clock.now() };
        await revokeAll(store, revocation);
        changed();
      },
      async disable(username) {
        await users.disable(username);
        await revokeAll(store, { userId: username, reason: 'account_disabled', now: clock.now() });
        changed();
      },
    },
    keys: {
      async rotate({ immediately = false } = {}) {
        const newest = await (keys.newKey ?? newSigningKey)();
        const overlap = immediately ? 0 : policy.accessTtl;
        await keys.update((present) =>
          rotated(present, newest, { now: clock.now(), overlap, genuineFor: genuineFor(policy) }),
        );
      },
    },
    async seedSession(username, { accessTtl, age = 0, idle = 0, clientId, deviceKey } = {}) {
      if (accounts.length > 0 && !users.has(username)) throw new RangeError(`There is no user "${username}".`);
      const now = clock.now();
      const { family, refreshToken } = await sessionTokens.open({
        userId: username,
        clientId: clientId ?? null,
        createdAt: now - age,
        lastRotatedAt: now - Math.min(idle, age),
        deviceLabel: null,
        userAgent: null,
        ipPrefix: null,
        deviceKey: deviceKey ?? null,
      });
      changed();
      return sessionTokens.respond(family, refreshToken, now, { keys: await issuer.keys.load(), accessTtl });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async reset() {
      faults.clear();
      for (const memory of [log, securityLog, guesses, refreshes, refreshesFrom, logins, seenProofs]) memory.clear();
      await store.clear();
      changed();
    },
  };
}
