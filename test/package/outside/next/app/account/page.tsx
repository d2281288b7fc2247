'use client';

import { useAuth } from '@latchkey/client/react';
import { Guard } from '../guard';

export default function Account() {
  const { session, logout } = useAuth();
  return (
    <Guard>
      <p id="account">{session.status === 'signed-in' ? session.claims?.sub : null}</p>
      <button type="button" onClick={() => logout()}>
        Log out
      </button>
    </Guard>
  );
}
