import type { Platform } from '../platform.ts';
import type { SignedOutReason } from '../types.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { KeyVault } from './key-vault.ts';
import type { Outbox } from './outbox.ts';
import type { TokenStore } from './token-store.ts';

/** What tabs say to one another. Hints only: the receiver reads storage again. Never a token. */
export interface TabMessage {
  readonly type: 'started' | 'changed' | 'ended';
  /** Which session, by its local name. */
  readonly id: string;
  /** The session that this one replaces. */
  readonly over?: string;
  readonly reason?: SignedOutReason;
  /** How often its pair has been rotated. */
  readonly generation?: number;
}

/** What all parts of the client in this tab share: the platform, what is stored, and the way to the other tabs. */
export interface Tab extends Platform {
  readonly store: TokenStore;
  readonly log: AttemptLog;
  readonly outbox: Outbox;
  readonly keys: KeyVault;
  /** Tells the other tabs. */
  say(message: TabMessage): void;
  isDisposed(): boolean;
}

/** Whether that session is over for good; also while its logout, in whatever tab, has not reached the server yet. */
export function isOver({ store, outbox }: Tab, id: string): boolean {
  return store.heard(id).isOver || outbox.has(id);
}

/** That session is over for good, wherever it ended: whatever of it turns up later is not used. */
export function forget({ store, log, keys }: Tab, id: string): void {
  store.heard(id).isOver = true;
  log.clear(id);
  keys.drop(id);
}
