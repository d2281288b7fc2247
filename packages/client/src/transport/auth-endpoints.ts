import { development } from '../development.ts';
import { sameReferrer } from '../same-referrer.ts';
import { warnOnce } from '../warn.ts';
import type { AuthProtocol, LogoutOutcome, TokenPair } from './auth-protocol.ts';
import { type AskOutcome, judge } from './judgement.ts';
import { isTransient } from './wire.ts';

/** The three endpoints, ready to be called. Nothing here ever rejects: a failure is an outcome. */
export interface AuthEndpoints {
  /** @param what the credentials of a login, or the pair to refresh. */
  askForTokens<Asked extends 'login' | 'refresh'>(
    asked: Asked,
    what: Parameters<AuthProtocol[Asked]>[0],
    how?: { readonly idempotencyKey?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<AskOutcome>;
  /**
   * Hands the request to the browser before it returns. `null` where nobody could be reached.
   * @param keepalive whether the request outlives the page, as far as the browser allows it. Default `true`.
   */
  end(
    session: TokenPair | { readonly sid: string; readonly ticket: string },
    keepalive?: boolean,
  ): Promise<LogoutOutcome | null>;
  /** Whether the access token is what a logout is authenticated with: the request carries it in a header. */
  wantsLiveToken(pair: TokenPair): boolean;
  /** Whether the protocol knows tickets. */
  readonly takesTickets: boolean;
  readonly logoutUrl: string;
  readonly refreshUrl: string;
}

export interface EndpointOptions {
  readonly protocol: AuthProtocol;
  readonly clientId: string;
  readonly urls: Readonly<Record<'login' | 'refresh' | 'logout', string>>;
  /** Read at every call: pages and tests replace `fetch`. */
  readonly fetch: () => typeof fetch;
}

export function createAuthEndpoints({ protocol, clientId, urls, fetch }: EndpointOptions): AuthEndpoints {
  /** How often in a row a refresh was answered in the same way that may be a refusal. */
  let last = '';
  let count = 0;
  const warned = (outcome: AskOutcome, asked: 'login' | 'refresh'): AskOutcome => {
    if (asked === 'login') return outcome;
    const { status = 0 } = outcome as { status?: number };
    const isOdd = outcome.kind === 'unavailable' && status >= 300 && !isTransient(status);
    const same = isOdd ? outcome.message : '';
    count = same && same === last ? count + 1 : 1;
    last = same;
    if (!isOdd || count < 3) return outcome;
    if (development && count === 3) warnOnce(same);
    return { ...outcome, message: `${same} The same came ${count} times in a row.` };
  };

  return {
    async askForTokens(asked, what, { idempotencyKey, signal } = {}) {
      const context = { url: urls[asked], clientId, ...(idempotencyKey && { idempotencyKey }) };
      let request: Request | undefined;
      let response: Response | undefined;
      try {
        request = protocol[asked](what as never, context);
        response = await fetch()(request, signal && { ...sameReferrer(request), signal });
        const outcome = await protocol.readTokens(response, asked);
        return warned(judge(asked, what, { request, response, outcome }), asked);
      } catch (cause) {
        return judge(asked, what, { request, response, cause });
      }
    },
    // Runs up to its first await in the caller's turn: the request is on its way when this returns.
    async end(session, keepalive = true) {
      try {
        // A ticket for a protocol that knows none settles nothing.
        // Said to the protocol, too: WebKit does not take it back from a Request that says it.
        const context = { url: urls.logout, clientId, keepalive };
        const known = protocol as Required<AuthProtocol>;
        const request = 'accessToken' in session ? known.logout(session, context) : known.revoke(session, context);
        if (!request) return 'revoked';
        // Said twice: Firefox forgets `keepalive` of a Request that is not said again.
        return await protocol.readLogout(await fetch()(request, { ...sameReferrer(request), keepalive }));
      } catch {
        return null;
      }
    },
    wantsLiveToken(pair) {
      try {
        const request = protocol.logout(pair, { url: urls.logout, clientId });
        return !!request && [...request.headers.values()].some((value) => value.includes(pair.accessToken));
      } catch {
        return false;
      }
    },
    takesTickets: !!protocol.revoke,
    logoutUrl: urls.logout,
    refreshUrl: urls.refresh,
  };
}
