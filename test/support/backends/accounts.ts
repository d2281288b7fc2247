/** What every backend has underneath: one user, sessions, tokens with a lifetime. How it speaks is another file's matter. */
export interface Accounts {
  /** A new session, or `null` for a wrong password. */
  login(username: unknown, password: unknown): Tokens | null;
  /** A new pair for a live refresh token; `rotates: false` keeps it. `null` for any other. */
  refresh(refreshToken: string | null | undefined, options?: { rotates: boolean }): Tokens | null;
  /** Whether an access token opens the API. */
  opens(accessToken: string | null): boolean;
  /** Ends the session of either token, however old the access token is; whether there was one. */
  end(token: string | null | undefined): boolean;
  /** Ends the session of a live access token, as a route does that wants one. `expired` and `unknown` end nothing. */
  endAs(accessToken: string | null): 'ended' | 'expired' | 'unknown';
  /** Ends everything, as an administrator. */
  endAll(): void;
  readonly live: number;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

export interface AccountsOptions {
  readonly now: () => number;
  /** Of an access token, in milliseconds. */
  readonly lifetime: number;
  /** One token for everything. `'refreshes-when-expired'`: it can also be exchanged after its end. */
  readonly single?: boolean | 'refreshes-when-expired';
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createAccounts({ now, lifetime, single = false }: AccountsOptions): Accounts {
  const sessions = new Map<string, Tokens & { expiresAt: number }>();
  let made = 0;

  const issue = (session: string, refresh?: string): Tokens => {
    made += 1;
    const [iat, exp] = [now(), now() + lifetime].map((at) => Math.floor(at / 1000));
    const access = `${base64url({ alg: 'none' })}.${base64url({ sub: 'ada', iat, exp, jti: made })}.signature${made}`;
    const tokens = { access, refresh: single ? access : (refresh ?? `refresh-token-number-${made}`) };
    sessions.set(session, { ...tokens, expiresAt: now() + lifetime });
    return tokens;
  };
  const find = (token: string | null | undefined) =>
    [...sessions].find(([, { access, refresh }]) => token && (token === access || token === refresh));

  return {
    login: (username, password) => (username === 'ada' && password === 'lovelace' ? issue(`session-${made}`) : null),
    refresh(refreshToken, { rotates } = { rotates: true }) {
      const found = find(refreshToken);
      if (!found || found[1].refresh !== refreshToken) return null;
      const [session, tokens] = found;
      if (single === true && now() >= tokens.expiresAt) return null;
      return issue(session, rotates ? undefined : tokens.refresh);
    },
    opens(accessToken) {
      const tokens = find(accessToken)?.[1];
      return tokens !== undefined && tokens.access === accessToken && now() < tokens.expiresAt;
    },
    end: (token) => sessions.delete(find(token)?.[0] ?? ''),
    endAs(accessToken) {
      const tokens = find(accessToken)?.[1];
      if (tokens === undefined || tokens.access !== accessToken) return 'unknown';
      if (now() >= tokens.expiresAt) return 'expired';
      sessions.delete(find(accessToken)?.[0] ?? '');
      return 'ended';
    },
    endAll: () => sessions.clear(),
    get live() {
      return sessions.size;
    },
  };
}
