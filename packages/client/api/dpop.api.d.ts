/** What {@link dpopFetch} takes: the same `baseUrl`, `endpoints` and `storageKey` as the client it is for. */
interface DpopOptions {
    baseUrl: string | URL;
    /** Default `auth/login`, `auth/refresh`, `auth/logout`. */
    endpoints?: Partial<Record<'login' | 'refresh' | 'logout', string>>;
    /** RFC 7009 endpoint, told of a refresh token whose key is lost. Default `auth/revoke`. */
    revocationEndpoint?: string;
    /** Default `'latchkey'`. */
    storageKey?: string;
    /** `false` accepts a server that answers with a plain Bearer token. Default `true`: such a login fails. */
    required?: boolean;
    /** Default `globalThis.fetch`, read when used. */
    fetch?: typeof globalThis.fetch;
    /** Epoch milliseconds of this device. Default `Date.now()`. */
    now?: () => number;
}
/**
 * A `fetch` that binds the session to a key of this browser (RFC 9449): tokens that are copied elsewhere can neither call the
 * API nor refresh. It needs IndexedDB and a secure context, and access tokens that name their key (`cnf.jkt`); without them
 * logins fail, unless `required` is `false`.
 *
 * @example
 * const options = { baseUrl: 'https://api.example.com' };
 * const client = createAuthClient({ ...options, fetch: dpopFetch(options) });
 */
declare function dpopFetch(options: DpopOptions): typeof globalThis.fetch;

export { dpopFetch };
export type { DpopOptions };
