export type { Authenticated, AuthServer, AuthServerOptions, RequestContext, SessionRow } from './auth-server.ts';
export { type Clock, manualClock, runningClock } from './clock/clock.ts';
export type { Duration } from './clock/duration.ts';
export { type ClockPlatform, platformOf } from './clock/platform-of.ts';
export type { ClockChannel, ClockLocks } from './clock/shared-platform.ts';
export { createAuthServer } from './create-auth-server.ts';
export type { Fault, Faults } from './faults/faults.ts';
export type { LoggedRequest } from './log/request-log.ts';
export type { SecurityEvent } from './log/security-log.ts';
export type { Policy } from './policy.ts';
export {
  type AccessCase,
  type LogoutCode,
  type LogoutOutcome,
  logoutOutcomes,
  logoutTable,
  type RefreshCase,
} from './rules/logout-table.ts';
export type { TokenResponse } from './sessions/session-tokens.ts';
export { memoryStore } from './store/memory-store.ts';
export type {
  Decision,
  Family,
  Found,
  Lookup,
  Rule,
  SessionStore,
  StoredSession,
  Token,
  Write,
} from './store/session-store.ts';
export type { AccessClaims } from './tokens/access-token.ts';
export { fingerprint } from './tokens/digest.ts';
export type { Random } from './tokens/random.ts';
export { memorySigningKeys, type SigningKey, type SigningKeys } from './tokens/signing-keys.ts';
export { cheapPasswordHasher, type PasswordHasher, pbkdf2 } from './users/password-hasher.ts';
export type { RenewHash, UserAccount } from './users/user-directory.ts';
