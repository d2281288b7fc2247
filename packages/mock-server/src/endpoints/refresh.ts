import { json } from '../http/answer.ts';
import { isShortText, readForm } from '../http/body.ts';
import { invalidGrant, invalidRequest, Refusal, tooManyRequests } from '../http/refusal.ts';
import type { Allowance } from '../limits/allowance.ts';
import type { LoginLimits } from '../limits/login-limits.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import { malformedRefreshRule, type RefreshOutcome, refreshRule } from '../rules/refresh-rule.ts';
import type { Family } from '../store/session-store.ts';
import { digest } from '../tokens/digest.ts';
import { hashOf, looksLikeRefreshToken, newRefreshToken, ticketOf, verifierOf } from '../tokens/refresh-token.ts';
import { openSuccessor, sealSuccessor } from '../tokens/successor.ts';
import { badRequest, presentedProof, spendProof } from './device-key.ts';
import { countGuess, type EndpointHandler, type Exchange, type ServerParts } from './endpoint.ts';

const keyForm = /^"([A-Za-z0-9_\-.~+/=:]{16,128})"$/;
const minute = 60_000;

/** `POST auth/refresh` (RFC 6749 §6): every success rotates the refresh token, a retry gets the same successor. */
export function refreshEndpoint(
  parts: ServerParts & {
    refreshes: RateLimit;
    refreshesFrom: Allowance;
    logins: Pick<LoginLimits, 'remember'>;
    onSealed: (kept: { bound: boolean }) => void;
  },
): EndpointHandler {
  const { policy, store, sessionTokens, issuer, securityLog, refreshes, onSealed } = parts;

  return async (exchange) => {
    const { now } = exchange;
    const { refreshToken, clientId, idempotencyKey, malformed } = await readRequest(exchange);
    refuseFlood(exchange);
    if (malformed !== null) throw await refusalForForm(malformed, refreshToken, now);
    const proof = await presentedProof(parts, exchange);
    if (!looksLikeRefreshToken(refreshToken)) throw countGuess(parts, exchange);
    if (proof !== null) spendProof(parts, proof, now, badRequest);

    // All of the work that takes time, or can fail, happens before the transaction, whatever it will decide.
    const keys = await issuer.keys.load();
    const context = await hashOf(refreshToken);
    const successor = newRefreshToken(issuer.random);
    const exchangedWith = proof?.deviceKey ?? idempotencyKey;
    const sealing = { refreshToken, exchangedWith: exchangedWith ?? '', context };
    const keepsSuccessor = exchangedWith !== null && Math.max(policy.replayWindow, policy.dpopReplayWindow) > 0;
    const keyHash = idempotencyKey === null ? null : await digest(idempotencyKey);
    const attempt = {
      clientId,
      keyHash,
      deviceKey: proof?.deviceKey ?? null,
      successor: {
        hash: await hashOf(successor),
        revokeVerifier: await verifierOf(await ticketOf(successor)),
        sealed: keepsSuccessor ? await sealSuccessor(successor, sealing, issuer.random) : null,
      },
      now,
      isOverLimit: (familyId: string) => refreshes.isOver(familyId, now),
    };
    const outcome = await store.decide({ tokenHash: context, keyHash }, refreshRule(attempt, policy));

    if (outcome.type === 'rotated') {
      refreshes.count(outcome.family.id, now);
      parts.logins.remember({ username: outcome.family.userId, address: exchange.address }, now);
      if (outcome.keeps !== null) onSealed(outcome.keeps);
      return json(await sessionTokens.respond(outcome.family, successor, now, { keys }));
    }
    if (outcome.type === 'replayed') {
      report('replay', outcome.family, now);
      // The first exchange may have had no proof although the repeat has one.
      const first = { ...sealing, exchangedWith: outcome.family.deviceKey ?? idempotencyKey ?? '' };
      const again = await openSuccessor(outcome.sealed, first);
      return json(await sessionTokens.respond(outcome.family, again, now, { keys }));
    }
    if (outcome.type === 'unknown') {
      if (proof !== null) parts.seenProofs.release(proof);
      throw countGuess(parts, exchange);
    }
    throw refusalFor(outcome, now);
  };

  /** A request of the wrong form is refused as such, and still gives away that a spent token is in two hands. */
  async function refusalForForm(malformed: Refusal, refreshToken: string, now: number): Promise<Refusal> {
    if (looksLikeRefreshToken(refreshToken)) {
      const ended = await store.decide({ tokenHash: await hashOf(refreshToken) }, malformedRefreshRule(policy, now));
      if (ended !== null) report('reuse', ended, now);
    }
    return malformed;
  }

  function refuseFlood({ address, now }: Exchange): void {
    const wait = address === undefined ? 0 : parts.refreshesFrom.take(address, now);
    if (wait > 0) throw tooManyRequests(wait);
  }

  function refusalFor(
    outcome: Exclude<RefreshOutcome, { type: 'rotated' | 'replayed' | 'unknown' }>,
    now: number,
  ): Refusal {
    switch (outcome.type) {
      case 'key-reused':
        return new Refusal(422, 'invalid_request', 'This Idempotency-Key was used for another refresh token.');
      case 'key-not-proven':
        report('key_not_proven', outcome.family, now);
        return new Refusal(400, 'invalid_dpop_proof', 'The refresh token needs a proof by the key it is bound to.');
      case 'over-limit':
        return tooManyRequests(minute);
      case 'already-ended':
        return invalidGrant(outcome.family.revokeReason === 'expired' ? 'expired' : 'revoked');
      case 'ended':
        if (outcome.reason === 'expired') return invalidGrant('expired');
        report(outcome.reason === 'reuse' ? 'reuse' : 'replay_window', outcome.family, now);
        // The same answer as for any revoked token: whoever stole it learns nothing.
        return invalidGrant('revoked');
    }
  }

  function report(type: 'reuse' | 'replay' | 'replay_window' | 'key_not_proven', family: Family, at: number): void {
    securityLog.add({ type, at, sid: family.id, username: family.userId });
  }
}

interface RefreshRequest {
  readonly refreshToken: string;
  readonly clientId: string;
  readonly idempotencyKey: string | null;
  /** What is wrong with the form of the request; null when nothing is. */
  readonly malformed: Refusal | null;
}

async function readRequest({ request, entry }: Exchange): Promise<RefreshRequest> {
  const form = await readForm(request);
  const refreshToken = form.get('refresh_token') ?? '';
  const header = request.headers.get('idempotency-key');
  const idempotencyKey = header === null ? null : (keyForm.exec(header)?.[1] ?? '');
  await entry.note({ refreshToken, idempotencyKey: idempotencyKey ?? '' });
  const clientId = form.get('client_id') ?? '';
  return {
    refreshToken,
    clientId,
    idempotencyKey,
    malformed: flawOf(form, { refreshToken, clientId, idempotencyKey }),
  };
}

function flawOf(
  form: ReadonlyMap<string, string>,
  { refreshToken, clientId, idempotencyKey }: Omit<RefreshRequest, 'malformed'>,
): Refusal | null {
  if (!form.has('grant_type')) return invalidRequest('grant_type is missing.');
  if (form.get('grant_type') !== 'refresh_token') {
    return new Refusal(400, 'unsupported_grant_type', 'Only refresh_token is served here.');
  }
  if (clientId === '' || !isShortText(clientId)) return invalidRequest('client_id is missing or too long.');
  if (refreshToken === '') return invalidRequest('refresh_token is missing.');
  // Logins grant no scope, so any scope asked for is more than the grant.
  if ((form.get('scope') ?? '') !== '') return new Refusal(400, 'invalid_scope', 'The grant has no scope.');
  if (idempotencyKey === '') return invalidRequest('Idempotency-Key is no quoted string of 16 to 128 safe characters.');
  return null;
}
