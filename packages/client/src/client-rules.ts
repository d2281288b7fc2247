import {
  isDuration,
  isFunction,
  isHosts,
  isLocks,
  isObject,
  isProtocol,
  isStorage,
  isText,
  isUrl,
  isWebUrl,
  isWebUrls,
  type Rules,
} from './option-rules.ts';

export const endpointRules: Rules = { login: isUrl, refresh: isUrl, logout: isUrl };

/** What `createAuthClient` takes. */
export const clientRules: Rules = {
  baseUrl: isWebUrl,
  apis: isWebUrls,
  insecureHosts: isHosts,
  endpoints: endpointRules,
  protocol: isProtocol,
  clientId: isText,
  storage: isStorage,
  storageKey: isText,
  expiryMargin: isDuration,
  renew: ['on-use', 'while-visible'],
  refreshTimeout: isDuration,
  lockTimeout: isDuration,
  logoutTimeout: isDuration,
  warnBefore: isDuration,
  isTokenExpired: isFunction,
  onLoginRequired: isFunction,
  fetch: isFunction,
  platform: {
    now: isFunction,
    setTimer: isFunction,
    locks: isLocks,
    openChannel: isFunction,
    page: isObject,
    random: isFunction,
  },
};
