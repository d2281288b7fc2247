import { readJsonObject } from '../http/body.ts';
import { invalidRequest } from '../http/refusal.ts';
import { stateOf } from '../rules/token-state.ts';
import { hashOf, looksLikeRefreshToken } from '../tokens/refresh-token.ts';
import type { ValidAccess } from '../tokens/verify-access-token.ts';
import { type AccessParts, refuseOldLogin, requireAccess, stepUp } from './access.ts';
import type { Exchange, ServerParts } from './endpoint.ts';
import type { PasswordCheck } from './password-check.ts';

/**
 * Lets in whoever owns the session, and not somebody who only got hold of its access token: with the password, or with the session's
 * current refresh token and a recent login. Both come as JSON in the body: `password` or `refresh_token`.
 */
export type OwnerCheck = (exchange: Exchange) => Promise<ValidAccess>;

const wanted = 'The password is needed, or the current refresh token of this session.';

export function createOwnerCheck(
  parts: AccessParts & Pick<ServerParts, 'policy'> & { checkPassword: PasswordCheck },
): OwnerCheck {
  const { policy, store, checkPassword } = parts;

  return async (exchange) => {
    const access = await requireAccess(parts, exchange);
    const { password, refreshToken } = await readEvidence(exchange);
    if (password !== null) {
      await checkPassword({ username: access.claims.sub, password }, exchange);
      return access;
    }
    refuseOldLogin(parts, exchange, access);
    if (refreshToken !== null && (await isCurrent(refreshToken, access, exchange.now))) return access;
    throw stepUp(policy, access, wanted);
  };

  async function isCurrent(refreshToken: string, { claims }: ValidAccess, now: number): Promise<boolean> {
    if (!looksLikeRefreshToken(refreshToken)) return false;
    return store.decide({ tokenHash: await hashOf(refreshToken) }, (found) => ({
      result: found !== null && found.family.id === claims.sid && stateOf(found, policy, now) === 'current',
    }));
  }
}

async function readEvidence({ request, entry }: Exchange): Promise<Record<'password' | 'refreshToken', string | null>> {
  // Without a body there is nothing to read, and what is missing is evidence and not JSON.
  const body = request.headers.has('content-type') ? await readJsonObject(request) : {};
  const { password = null, refresh_token: refreshToken = null } = body;
  if (!isTextOrNull(password) || !isTextOrNull(refreshToken)) {
    throw invalidRequest('password and refresh_token must be text.');
  }
  await entry.note({ refreshToken: refreshToken ?? '' });
  return { password, refreshToken };
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
