import { checkOptions, shown } from './check-options.ts';
import { clientRules } from './client-rules.ts';
import type { AuthClient, AuthClientOptions } from './client-types.ts';
import { ConfigurationError } from './errors.ts';
import { isFunction, isSignal, isSpan, isText, type Rules } from './option-rules.ts';
import { type ResolvedOptions, resolveOptions } from './options.ts';
import { type Platform, resolvePlatform } from './platform.ts';
import { type AuthorizedSend, createAuthorizedFetch, createAuthorizedSend } from './request/authorized-fetch.ts';
import { createTokenAudience } from './request/token-audience.ts';
import { type Parts, startClient } from './start-client.ts';

/** The client and the parts of it that another way of sending requests builds upon. */
export interface CoreClient {
  readonly client: AuthClient;
  readonly options: ResolvedOptions;
  readonly platform: Platform;
  readonly send: AuthorizedSend;
}

/**
 * Checks the options at once and starts the client when it is first used: runtimes such as Cloudflare Workers forbid random
 * numbers, timers and requests while a module loads. In a page it starts at once: logouts that another page left behind are
 * delivered, and a refresh that broke off is taken up, even if the application never uses the client.
 * @param rules what the caller takes of options.
 */
export function createCoreClient(given: AuthClientOptions, rules: Rules = clientRules): CoreClient {
  const options = resolveOptions(given, rules);
  const { base } = options;
  const audience = createTokenAudience(base, given.apis ?? [base], options.insecureHosts);
  const platform = resolvePlatform(given.platform);
  let parts: Parts | undefined;
  let disposed = false;

  const use = (): Parts => {
    if (!parts) {
      parts = startClient({ given, options, audience, platform });
      if (disposed) parts.dispose();
    }
    return parts;
  };
  const send = createAuthorizedSend(audience, (delivery) => use().deliver(delivery));
  const client: AuthClient = {
    get session() {
      return use().watch.snapshot();
    },
    get persistence() {
      return use().storage.persistence;
    },
    subscribe(listener) {
      if (!isFunction(listener))
        throw new ConfigurationError(`\`subscribe()\` needs a function; got ${shown(listener)}.`);
      return use().watch.subscribe(listener);
    },
    login: (...call) => use().session.login(...call),
    adoptTokens: (response) => use().session.adoptTokens(response),
    logout: () => use().session.logout(),
    refresh: (...call) => use().session.refresh(...call),
    async getAccessToken(options) {
      const need = options ?? {};
      checkOptions('getAccessToken()', need, { minValidity: isSpan, refused: isText, signal: isSignal });
      return use().accessToken(need);
    },
    apiUrl: audience.require,
    fetch: createAuthorizedFetch(send, options.fetch),
    dispose() {
      disposed = true;
      parts?.dispose();
    },
  };
  if (globalThis.document || given.platform?.page) use();
  return { client, options, platform, send };
}
