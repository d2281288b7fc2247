'use client';

import { useAuth } from '@latchkey/client/react';

/** What is shown depends on the session, which the server does not know. */
export default function Home() {
  const { session } = useAuth();
  return session.status === 'signed-in' ? <p id="user">{session.claims?.sub}</p> : <p id="nobody">Please log in.</p>;
}
