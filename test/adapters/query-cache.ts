import { type AuthClient, isAuthError } from '@latchkey/client';
import type { QueryClient } from '@tanstack/react-query';

/** Empties the cache when a user leaves, in this tab or another. What is on screen is asked for again. */
export function forgetOnSignOut(client: AuthClient, queries: QueryClient): () => void {
  return client.subscribe((session, { type }) => {
    if (type !== 'signed-out' && type !== 'user-changed') return;
    void queries.cancelQueries();
    if (session.status === 'signed-in') void queries.resetQueries();
    else queries.clear();
  });
}

/** Three times, unless the user has to do something first. */
export function retryWhatMayHelp(failures: number, error: unknown): boolean {
  return failures < 3 && (!isAuthError(error) || error.retryable);
}
