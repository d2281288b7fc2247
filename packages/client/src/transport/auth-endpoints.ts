import { sameReferrer } from '../same-referrer.ts';
import type { AuthProtocol, LogoutOutcome, TokenOutcome, TokenPair } from './auth-protocol.ts';

/** Tokens come with when they were answered, by the server's own clock in epoch milliseconds, where the page may read that. */
export type DatedOutcome =
  | Exclude<TokenOutcome, { kind: 'tokens' }>
  | (Extract<TokenOutcome, { kind: 'tokens' }> & { readonly serverTime?: number });

/** The three endpoints, ready to be called. Nothing here ever rejects: a failure is an outcome. */
export interface AuthEndpoints {
  /** @param what the credentials of a login, or the pair to refresh. */
  askForTokens<Asked extends 'login' | 'refresh'>(
    asked: Asked,
    what: Parameters<AuthProtocol[Asked]>[0],
    how?: { readonly idempotencyKey?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<DatedOutcome>;
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
}

export interface EndpointOptions {
  readonly protocol: AuthProtocol;
  readonly clientId: string;
  readonly urls: Readonly<Record<'login' | 'refresh' | 'logout', string>>;
  /** Read at every call: pages and tests replace `fetch`. */
  readonly fetch: () => typeof fetch;
}

export function createAuthEndpoints({ protocol, clientId, urls, fetch }: EndpointOptions): AuthEndpoints {
  return {
    async askForTokens(asked, what, { idempotencyKey, signal } = {}) {
      try {
        const context = { url: urls[asked], clientId, ...(idempotencyKey && { idempotencyKey }) };
        const request = protocol[asked](what as never, context);
        const response = await fetch()(request, signal && { ...sameReferrer(request), signal });
        const outcome = await protocol.readTokens(response, asked);
        const serverTime = Date.parse(response.headers.get('date') ?? '');
        return outcome.kind === 'tokens' && serverTime ? { ...outcome, serverTime } : outcome;
      } catch (cause) {
        return { kind: 'unavailable', cause };
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
  };
}
