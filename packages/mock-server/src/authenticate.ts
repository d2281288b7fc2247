import type { AuthServer } from './auth-server.ts';
import type { Clock } from './clock/clock.ts';
import { type AccessParts, requireAccess } from './endpoints/access.ts';
import { answerRefusal } from './http/answer.ts';
import { corsHeaders } from './http/cors.ts';
import { finished, publicUrl } from './http/dispatch.ts';
import { refuseLongHead } from './http/head-limits.ts';
import { Refusal } from './http/refusal.ts';
import type { Policy } from './policy.ts';
import { rowOf } from './session-administration.ts';

interface Parts extends AccessParts {
  readonly policy: Policy;
  readonly clock: Clock;
  readonly allowedOrigins: readonly string[];
}

/** What `me` asks for, for endpoints that are not the server's own. */
export function createAuthenticate(parts: Parts): AuthServer['authenticate'] {
  const { clock, policy, nonces, allowedOrigins } = parts;

  return async (request, context = {}) => {
    const now = clock.now();
    try {
      refuseLongHead(request);
      const { claims, family } = await requireAccess(parts, { request, url: publicUrl(request, context), now });
      return { claims, session: rowOf(family, policy, now) };
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      const isProven = nonces !== null && request.headers.has('dpop');
      const refusal = isProven ? failure.with({ 'dpop-nonce': await nonces.fresh(now) }) : failure;
      return finished(answerRefusal(refusal, 'problem'), corsHeaders(request, allowedOrigins), now);
    }
  };
}
