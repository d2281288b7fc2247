import type { KyInstance, Options as KyOptions } from 'ky';
import { clientRules } from './client-rules.ts';
import type { AuthClient as CoreAuthClient, AuthClientOptions as CoreAuthClientOptions } from './client-types.ts';
import { createCoreClient } from './create-core-client.ts';
import { isObject } from './option-rules.ts';
import { createKyInstance } from './request/ky-instance.ts';

/** Everything `createAuthClient` takes. Only `baseUrl` is required. Durations are milliseconds. */
export interface AuthClientOptions extends CoreAuthClientOptions {
  /** Defaults for `client.api`. */
  ky?: KyOptions;
}

/** A session and the ways to use it. */
export interface AuthClient extends CoreAuthClient {
  /** ky over the same path as `fetch`; `context: { auth: false }` opts one request out. */
  readonly api: KyInstance;
}

/**
 * A session of this browser with an API server that issues its own tokens.
 *
 * @throws ConfigurationError for options that make no sense.
 * @example
 * const client = createAuthClient({ baseUrl: 'https://api.example.com' });
 * await client.login({ username, password });
 * const orders = await client.api.get('orders').json();
 * await client.logout();
 */
export function createAuthClient(given: AuthClientOptions): AuthClient {
  const { client, options, platform, send } = createCoreClient(given, { ...clientRules, ky: isObject });
  const api = createKyInstance({
    send,
    fetch: options.fetch,
    baseUrl: options.base.href,
    defaults: given.ky ?? {},
    setTimer: platform.setTimer,
  });
  // Kept as it is, getters and all.
  return Object.defineProperty(client, 'api', { value: api, enumerable: true }) as AuthClient;
}

export type { SentRequest } from './client-types.ts';
export * from './errors.ts';
export type { Page, PageSignal, Platform, TabChannel, TabLocks } from './platform.ts';
export type { AuthInit } from './request/authorized-fetch.ts';
export type {
  AuthProtocol,
  LogoutOutcome,
  ProtocolContext,
  TokenOutcome,
  TokenPair,
} from './transport/auth-protocol.ts';
export type { ExpiryUnit, Field, JsonProtocolOptions } from './transport/json-options.ts';
export { jsonProtocol } from './transport/json-protocol.ts';
export { oauthProtocol } from './transport/oauth-protocol.ts';
export type * from './types.ts';
