import type { SigningKeys } from '../../tokens/signing-keys.ts';
import type { SessionStore } from '../session-store.ts';
import type { Accounts } from './accounts.ts';

/** All that a server must find again after a restart, and that servers over the same database share. */
export interface ServerState {
  readonly store: SessionStore;
  /** With their private halves, wrapped with a secret that is not in the database. */
  readonly signingKeys: SigningKeys;
  readonly accounts: Accounts;
  /** Lets go of the database. */
  close(): Promise<void>;
}
