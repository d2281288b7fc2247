import { base64url } from 'jose';
import { type Policy, refreshableUntil } from '../policy.ts';
import type { Family, SessionStore, Token } from '../store/session-store.ts';
import { type Issuer, issueAccessToken } from '../tokens/access-token.ts';
import { hashOf, newRefreshToken, ticketOf, verifierOf } from '../tokens/refresh-token.ts';
import type { SigningKey } from '../tokens/signing-keys.ts';
import type { UserDirectory } from '../users/user-directory.ts';

/** The answer to a login or a refresh, as it is on the wire: durations in seconds. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer' | 'DPoP';
  readonly expires_in: number;
  readonly refresh_token: string;
  /** What is left of the window. */
  readonly refresh_token_timeout: number;
  /** What is left of the session. */
  readonly authorization_expires_in: number;
  readonly sid: string;
}

export interface NewSession {
  readonly userId: string;
  readonly clientId: string | null;
  readonly createdAt: number;
  readonly lastRotatedAt: number;
  readonly deviceLabel: string | null;
  readonly userAgent: string | null;
  readonly ipPrefix: string | null;
  /** Thumbprint of the key whose proof came with the login. */
  readonly deviceKey: string | null;
}

/** Makes the tokens of sessions. */
export interface SessionTokens {
  /** Starts a family and keeps it. */
  open(session: NewSession): Promise<{ family: Family; refreshToken: string }>;
  /**
   * `keys` are loaded before anything is kept or spent, so that a database that goes away in between costs nobody a session.
   * `accessTtl` in milliseconds, by default the policy's.
   */
  respond(
    family: Family,
    refreshToken: string,
    now: number,
    options: { keys: readonly SigningKey[]; accessTtl?: number | undefined },
  ): Promise<TokenResponse>;
}

/** The client named in the access tokens of a session whose login named none. */
export const defaultClientId = 'spa';

export function createSessionTokens(parts: {
  policy: Policy;
  issuer: Issuer;
  store: SessionStore;
  users: UserDirectory;
}): SessionTokens {
  const { policy, issuer, store, users } = parts;

  return {
    async open(session) {
      const refreshToken = newRefreshToken(issuer.random);
      const family: Family = {
        ...session,
        id: base64url.encode(issuer.random(16)),
        absoluteExpiresAt: session.createdAt + policy.refreshTtl,
        generation: 1,
        revokedAt: null,
        revokeReason: null,
        replayCount: 0,
      };
      const first: Token = {
        hash: await hashOf(refreshToken),
        familyId: family.id,
        generation: 1,
        status: 'current',
        createdAt: session.createdAt,
        rotatedAt: null,
        keyHash: null,
        successor: null,
        revokeVerifier: await verifierOf(await ticketOf(refreshToken)),
        bound: session.deviceKey !== null,
      };
      await store.open(family, first);
      return { family, refreshToken };
    },

    async respond(family, refreshToken, now, { keys, accessTtl = policy.accessTtl }) {
      const { token, expiresIn } = await issueAccessToken(
        { ...issuer, key: keys[0] },
        {
          sub: family.userId,
          clientId: family.clientId ?? defaultClientId,
          sid: family.id,
          authenticatedAt: family.createdAt,
          sessionEndsAt: family.absoluteExpiresAt,
          deviceKey: family.deviceKey,
          lifetime: accessTtl,
          claims: users.claimsOf(family.userId),
        },
        now,
      );
      return {
        access_token: token,
        token_type: family.deviceKey === null ? 'Bearer' : 'DPoP',
        expires_in: expiresIn,
        refresh_token: refreshToken,
        refresh_token_timeout: secondsUntil(refreshableUntil(family, policy), now),
        authorization_expires_in: secondsUntil(family.absoluteExpiresAt, now),
        sid: family.id,
      };
    },
  };
}

const secondsUntil = (instant: number, now: number): number => Math.max(0, Math.floor((instant - now) / 1_000));
