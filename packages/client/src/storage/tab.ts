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

/** The durations that an application may set, in milliseconds; `AuthClientOptions` says what each is. */
export interface Durations {
  readonly expiryMargin: number;
  readonly refreshTimeout: number;
  readonly lockTimeout: number;
  readonly logoutTimeout: number;
  readonly warnBefore: number;
}

/** What all parts of the client in this tab share: the platform, the options, what is stored, and the way to other tabs. */
export interface Tab extends Platform, Durations {
  /** Where the outbox is. */
  readonly outboxKey: string;
  /** Of the channel. */
  readonly name: string;
  readonly store: TokenStore;
  readonly log: AttemptLog;
  readonly outbox: Outbox;
  readonly keys: KeyVault;
  /** Tells the other tabs. */
  say(message: TabMessage): void;
  /** Once true, nothing new begins. */
  isDisposed(): boolean;
  /** Whether no other tab can see this session: it is kept in this tab's `sessionStorage`, or in memory. */
  isAlone(): boolean;
}

/** Whether that session is over for good; also while its logout, in whatever tab, has not reached the server yet. */
export function isOver({ store, outbox }: Tab, id: string): boolean {
  return store.heard(id).isOver || outbox.has(id);
}

/** After which whatever tabs wrote without having heard of one another has become visible everywhere, in milliseconds. */
const timeToSettle = 250;

/** Removes, a little later, what is over and was written by a tab that had not heard. */
export function sweepLater({ store, log, setTimer }: Tab): void {
  setTimer(() => {
    store.sweep();
    log.keep(store.read()?.id);
  }, timeToSettle);
}

/** That session is over for good, wherever it ended: whatever of it turns up later is not used. */
export function forget(tab: Tab, id: string): void {
  tab.store.heard(id).isOver = true;
  tab.log.clear(id);
  tab.keys.drop(id);
  sweepLater(tab);
}
