import type { AuthProtocol, LogoutOutcome, ProtocolContext, TokenOutcome, TokenPair } from './auth-protocol.ts';

/** The three endpoints, ready to be called. Nothing here ever rejects: a failure is an outcome. */
export interface AuthEndpoints {
  login(credentials: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<TokenOutcome>;
  refresh(pair: TokenPair, idempotencyKey: string | undefined): Promise<TokenOutcome>;
  /** Hands the request to the browser before it returns. */
  logout(pair: TokenPair): Promise<LogoutOutcome>;
  /** `null` where the protocol knows no tickets. */
  readonly revoke: ((entry: { sid: string; ticket: string }) => Promise<LogoutOutcome>) | null;
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
  const context = (name: keyof typeof urls): ProtocolContext => ({ url: urls[name], clientId });

  const askForTokens = async (
    asked: 'login' | 'refresh',
    build: () => Request,
    signal?: AbortSignal,
  ): Promise<TokenOutcome> => {
    try {
      return await protocol.readTokens(await fetch()(build(), signal ? { signal } : undefined), asked);
    } catch (cause) {
      return { kind: 'unavailable', cause };
    }
  };
  // Runs up to its first await in the caller's turn: the request is on its way when this returns.
  const tellOfLogout = async (build: () => Request | null): Promise<LogoutOutcome> => {
    try {
      const request = build();
      if (!request) return 'revoked';
      // Said twice: Firefox forgets `keepalive` of a Request that is not said again.
      return await protocol.readLogout(await fetch()(request, { keepalive: true }));
    } catch {
      return 'unsettled';
    }
  };

  const { revoke } = protocol;
  return {
    login: (credentials, signal) => askForTokens('login', () => protocol.login(credentials, context('login')), signal),
    refresh: (pair, idempotencyKey) =>
      askForTokens('refresh', () =>
        protocol.refresh(pair, { ...context('refresh'), ...(idempotencyKey && { idempotencyKey }) }),
      ),
    logout: (pair) => tellOfLogout(() => protocol.logout(pair, context('logout'))),
    revoke: revoke ? (entry) => tellOfLogout(() => revoke(entry, context('logout'))) : null,
    logoutUrl: urls.logout,
  };
}
