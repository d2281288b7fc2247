import { AuthProvider } from '@latchkey/client/react';

/** A Server Component: it may import the adapter only because the adapter's entry says 'use client'. */
export default function OnServer() {
  return <p id="adapter">{typeof AuthProvider}</p>;
}
