import { json } from '../http/answer.ts';
import { accessTokenOf } from '../http/authorization.ts';
import { readForm } from '../http/body.ts';
import { type LogoutDecision, type LogoutProof, logoutRule } from '../rules/logout-rule.ts';
import { type LogoutCode, logoutOutcomes } from '../rules/logout-table.ts';
import type { Lookup } from '../store/session-store.ts';
import { hashOf, looksLikeRefreshToken, looksLikeTicket, verifierOf } from '../tokens/refresh-token.ts';
import { verifyGenuine } from '../tokens/verify-access-token.ts';
import { countGuess, type EndpointHandler, type Exchange, type ServerParts } from './endpoint.ts';
import { unsafeLogout } from './unsafe-logout.ts';

/** `POST auth/logout`: the pair, or a ticket instead of it. What happens is what `logoutTable` says. */
export function logoutEndpoint(parts: ServerParts): EndpointHandler {
  const { policy, store, issuer, securityLog } = parts;

  return async (exchange) => {
    const { request, entry, now } = exchange;
    const form = await readForm(request);
    const pair = { accessToken: form.get('access_token') ?? '', refreshToken: form.get('refresh_token') ?? '' };
    const [ticket, sid] = [form.get('logout_ticket') ?? '', form.get('sid') ?? ''];
    const bearer = accessTokenOf(request) ?? '';
    await entry.note({ ...pair, ticket });

    if (ticket === '' && policy.logoutRequires !== 'pair') {
      return unsafeLogout(parts, policy.logoutRequires, { ...pair, bearer, sid }, now);
    }
    const tokens = [pair.accessToken, pair.refreshToken];
    const isComplete = ticket === '' ? !tokens.includes('') : sid !== '' && tokens.every((token) => token === '');
    if (!isComplete) return answer('B');
    const decision = ticket === '' ? await decidePair(pair, now) : await decideTicket({ ticket, sid }, now);
    record(decision, exchange);
    return answer(decision.code);
  };

  async function decidePair(pair: { accessToken: string; refreshToken: string }, now: number): Promise<LogoutDecision> {
    const proof = await verifyGenuine(issuer, pair.accessToken, now);
    const known = looksLikeRefreshToken(pair.refreshToken);
    return decide(proof, known ? { tokenHash: await hashOf(pair.refreshToken) } : null, now);
  }

  async function decideTicket({ ticket, sid }: { ticket: string; sid: string }, now: number): Promise<LogoutDecision> {
    const lookup = looksLikeTicket(ticket) ? { revokeVerifier: await verifierOf(ticket) } : null;
    return decide({ kind: 'ticket' }, lookup, now, sid);
  }

  async function decide(
    proof: LogoutProof,
    lookup: Lookup | null,
    now: number,
    sid: string | null = null,
  ): Promise<LogoutDecision> {
    const rule = logoutRule(proof, policy, now);
    if (lookup === null) return rule(null).result;
    return store.decide(lookup, (found) => rule(sid === null || found?.family.id === sid ? found : null));
  }

  function record({ code, sid, userId: username }: LogoutDecision, exchange: Exchange): void {
    if (code === 'N0' || code === 'N1') countGuess(parts, exchange);
    const type = logoutOutcomes[code].revokes;
    if (type === 'logout_stale' || type === 'pair_mismatch' || type === 'suspected_theft') {
      securityLog.add({ type, at: exchange.now, sid, username });
    }
  }
}

function answer(code: LogoutCode): Response {
  const { status, body } = logoutOutcomes[code];
  return json(body, {
    status,
    headers: status === 401 ? { 'www-authenticate': 'Bearer realm="latchkey", error="invalid_token"' } : {},
  });
}
