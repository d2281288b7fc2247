import type { Token } from './session-store.ts';

/** What is left of a token when its family ends: enough to tell reuse from nonsense. */
export const endedToken = (token: Token): Token => ({
  ...token,
  status: token.status === 'current' ? 'revoked' : token.status,
  keyHash: null,
  successor: null,
});
