'use client';

import { useRequireSession } from '@latchkey/client/react';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';

/** Shows its content to signed-in users, and sends everybody else to the login. */
export function Guard({ children }: { children: ReactNode }) {
  const router = useRouter();
  const isSignedIn = useRequireSession(() => router.replace('/login'));
  return isSignedIn ? children : null;
}
