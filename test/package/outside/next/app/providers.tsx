'use client';

import { createAuthClient } from '@latchkey/client';
import { AuthProvider } from '@latchkey/client/react';
import type { ReactNode } from 'react';

const client = createAuthClient({ baseUrl: 'https://api.example.com' });

export function Providers({ children }: { children: ReactNode }) {
  return <AuthProvider client={client}>{children}</AuthProvider>;
}
