import type { AuthClientOptions } from './client-types.ts';
import { ConfigurationError } from './errors.ts';
import { report } from './report.ts';
import { saysTokenExpired } from './request/bearer-challenge.ts';
import { prefixOf, urlOf } from './request/token-audience.ts';
import type { AuthProtocol } from './transport/auth-protocol.ts';
import { oauthProtocol } from './transport/oauth-protocol.ts';
import type { AuthStorage } from './types.ts';

const durations = {
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
  readonly urls: Readonly<Record<'login' | 'refresh' | 'logout', string>>;
  readonly protocol: AuthProtocol;
  readonly clientId: string;
  readonly storageKey: string;
  readonly fetch: () => typeof globalThis.fetch;
  readonly saysExpired: (response: Response) => boolean | Promise<boolean>;
}

/** The application's own verdict, on a copy that it may read to the end or leave alone. One that throws is none. */
function judged(isTokenExpired: NonNullable<AuthClientOptions['isTokenExpired']>): ResolvedOptions['saysExpired'] {
  return async (response) => {
    const copy = response.clone();
    try {
      return await isTokenExpired(copy);
    } catch (error) {
      report(error);
      return false;
    } finally {
      if (!copy.bodyUsed) void copy.body?.cancel().catch(() => {});
    }
  };
}

/** @throws ConfigurationError for what makes no sense. */
export function resolveOptions(options: AuthClientOptions): ResolvedOptions {
  const times = { ...durations };
  for (const name of Object.keys(durations) as (keyof typeof durations)[]) {
    const value = options[name] ?? durations[name];
    if (!Number.isFinite(value) || value < 0) throw new ConfigurationError(`"${name}": ${value} is no duration.`);
    times[name] = value;
  }
  const { endpoints = {}, storageKey = 'latchkey', isTokenExpired } = options;
  const storage = options.storage ?? 'local';
  const renew = options.renew ?? 'on-use';
  if (!storageKey) throw new ConfigurationError('"storageKey" is empty.');
  if (!/^(local|session|memory)$/.test(storage as string) && typeof (storage as AuthStorage).getItem !== 'function') {
    throw new ConfigurationError(`"storage": there is no ${storage}.`);
  }
  if (!/^(on-use|while-visible)$/.test(renew)) throw new ConfigurationError(`"renew": there is no ${renew}.`);
  const base = prefixOf('baseUrl', options.baseUrl, globalThis.location?.href);
  const endpoint = (name: 'login' | 'refresh' | 'logout'): string =>
    urlOf(name, endpoints[name] ?? `auth/${name}`, base).href;
  return {
    ...times,
    base,
    urls: { login: endpoint('login'), refresh: endpoint('refresh'), logout: endpoint('logout') },
    protocol: options.protocol ?? oauthProtocol(),
    clientId: options.clientId ?? 'spa',
    storageKey,
    fetch: () => options.fetch ?? globalThis.fetch,
    saysExpired: isTokenExpired ? judged(isTokenExpired) : saysTokenExpired,
  };
}
