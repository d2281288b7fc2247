import { useEffect, useRef } from 'react';
import type { SessionSnapshot } from '../types.ts';
import { useAuth } from './auth.ts';

/**
 * For what only a signed-in user may see. Calls `leave` once for each session that is found ended, but never on a server or
 * before the page is hydrated, when nothing is known yet.
 *
 * @param leave goes to the login. It is told the session: one that lapsed can also be renewed in place.
 * @returns whether a user is signed in, and so whether to show the content.
 * @throws ConfigurationError outside of an `AuthProvider`.
 * @example
 * const isSignedIn = useRequireSession(() => router.replace('/login'));
 * return isSignedIn ? children : null;
 */
export function useRequireSession(leave: (session: SessionSnapshot) => void): boolean {
  const { session, hydrating } = useAuth();
  const isSignedIn = session.status === 'signed-in';
  const told = useRef<SessionSnapshot>(null);
  useEffect(() => {
    // StrictMode runs effects twice.
    if (hydrating || isSignedIn || told.current === session) return;
    told.current = session;
    leave(session);
  });
  return isSignedIn;
}
