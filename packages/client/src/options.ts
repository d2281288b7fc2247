import { checkOptions } from './check-options.ts';
import type { AuthClientOptions } from './client-types.ts';
import type { Rules } from './option-rules.ts';
import { pageUrl } from './platform.ts';
import { report } from './report.ts';
import { saysTokenExpired } from './request/bearer-challenge.ts';
import type { Delivery } from './request/delivery.ts';
import { prefixOf, urlOf } from './request/token-audience.ts';
import type { AuthProtocol } from './transport/auth-protocol.ts';
import { oauthProtocol } from './transport/oauth-protocol.ts';

export const durations = {
  expiryMargin: 60_000,
  refreshTimeout: 15_000,
  lockTimeout: 5_000,
  logoutTimeout: 5_000,
  warnBefore: 120_000,
};

/** The options with every default filled in. */
export interface ResolvedOptions extends Readonly<typeof durations> {
  /** Ends in a slash, so that relative URLs stay below its path. */
  readonly base: URL;
  readonly insecureHosts: readonly string[];
  readonly urls: Readonly<Record<'login' | 'refresh' | 'logout', string>>;
  readonly protocol: AuthProtocol;
  readonly clientId: string;
  readonly storageKey: string;
  /** Which API a session belongs to, in words that are stored with it. */
  readonly api: string;
  readonly fetch: () => typeof globalThis.fetch;
  readonly saysExpired: (response: Response, delivery: Delivery) => boolean | Promise<boolean>;
}

/** The application's own verdict, on a copy that it may read to the end or leave alone. One that throws is none. */
function judged(isTokenExpired: NonNullable<AuthClientOptions['isTokenExpired']>): ResolvedOptions['saysExpired'] {
  return async (response, { method, url, headers }) => {
    const copy = response.clone();
    try {
      return await isTokenExpired(copy, { method: method.toUpperCase(), url, headers: new Headers(headers) });
    } catch (error) {
      report(error);
      return false;
    } finally {
      if (!copy.bodyUsed) void copy.body?.cancel().catch(() => {});
    }
  };
}

/**
 * Two configurations speak to the same API where host and path of `baseUrl` and the client identifier are the same, and, should it be
 * on another host, the address of the refresh endpoint. Neither the scheme nor a version in a path (`/v1/`) tells one API from
 * another: an application that moves to the next version keeps its users signed in.
 */
function apiOf(base: URL, refresh: string, clientId: string): string {
  const { host, pathname, search } = new URL(refresh);
  const addresses = [base.host + base.pathname, ...(host === base.host ? [] : [host + pathname + search])];
  return [...addresses.map((address) => address.replace(/\/v\d[\w.]*(?=\/)/g, '')), clientId].join(' ');
}

/** @throws ConfigurationError for what makes no sense. */
export function resolveOptions(options: AuthClientOptions, rules: Rules): ResolvedOptions {
  checkOptions('createAuthClient()', options, rules, 'baseUrl');
  const times = { ...durations };
  for (const name of Object.keys(durations) as (keyof typeof durations)[])
    times[name] = options[name] ?? durations[name];
  const { isTokenExpired } = options;
  const endpoints = options.endpoints ?? {};
  const insecureHosts = options.insecureHosts ?? [];
  const base = prefixOf('baseUrl', options.baseUrl, pageUrl(), insecureHosts);
  const endpoint = (name: 'login' | 'refresh' | 'logout'): string =>
    urlOf(name, endpoints[name] ?? `auth/${name}`, base, insecureHosts).href;
  const urls = { login: endpoint('login'), refresh: endpoint('refresh'), logout: endpoint('logout') };
  const clientId = options.clientId ?? 'spa';
  return {
    ...times,
    base,
    insecureHosts,
    urls,
    protocol: options.protocol ?? oauthProtocol(),
    clientId,
    storageKey: options.storageKey ?? 'latchkey',
    api: apiOf(base, urls.refresh, clientId),
    fetch: () => options.fetch ?? globalThis.fetch,
    saysExpired: isTokenExpired ? judged(isTokenExpired) : saysTokenExpired,
  };
}
