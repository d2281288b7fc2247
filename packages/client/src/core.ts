import type { AuthClient, AuthClientOptions } from './client-types.ts';
import { createCoreClient } from './create-core-client.ts';

/**
 * A session of this browser with an API server that issues its own tokens, without `client.api`.
 *
 * @throws ConfigurationError for options that make no sense.
 * @example
 * const client = createAuthClient({ baseUrl: 'https://api.example.com' });
 * await client.login({ username, password });
 * const orders = await (await client.fetch('orders')).json();
 * await client.logout();
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  return createCoreClient(options).client;
}

export type { AuthClient, AuthClientOptions, SentRequest } from './client-types.ts';
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
