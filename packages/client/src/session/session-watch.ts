import { createEmitter } from '../emitter.ts';
import { forget, isOver, sweepLater, type Tab } from '../storage/tab.ts';
import { readClaims } from '../token/claims.ts';
import { lapsedBecause, marginOf, never } from '../token/lifetimes.ts';
import type { SessionRecord } from '../token/session-record.ts';
import type { EventOrigin, SessionEvent, SessionListener, SessionSnapshot, SignedOutReason } from '../types.ts';
import { changeBetween, type Seen } from './session-change.ts';

/** Looks at the session, remembers what it saw, and tells listeners of the difference. */
export interface SessionWatch {
  /** The state now; the same object until something changes. Reads, tells nobody. */
  snapshot(): SessionSnapshot;
  /** The session that was there at the last look. */
  known(): string | null;
  /** The record to use now. Listeners hear of a change before it is used. */
  current(): SessionRecord | null;
  /**
   * Looks again and tells.
   * @param reason why the session is gone, where the caller knows.
   * @returns whether there was something new.
   */
  look(origin: EventOrigin, reason?: SignedOutReason): boolean;
  tell(event: SessionEvent): void;
  subscribe(listener: SessionListener): () => void;
  dispose(): void;
}

/** A sleeping device delays its timers by as long as it slept, so that no look is ever planned further ahead than this. */
const longestNap = 15 * 60_000;

/** The server tells whole seconds, counted from when it got the request: an end that moves by less is the same one. */
const sameEnd = 15_000;

/** How long after an attempt that changed nothing a renewal in the background is tried again, in milliseconds. */
const renewalGap = 30_000;

/**
 * @param renew called when the access token comes due, with `renew: 'while-visible'`.
 * @param onChange called after every change, before the listeners.
 */
export function createSessionWatch(
  tab: Tab,
  renew: ((record: SessionRecord) => void) | false,
  onChange: () => void,
): SessionWatch {
  const { store, now, setTimer, page, warnBefore, expiryMargin } = tab;
  const listeners = createEmitter<Parameters<SessionListener>>();
  let seen: Seen = { record: null, lapsed: null, expiring: false, snapshot: { status: 'signed-out', reason: null } };
  let shown = seen;
  let warnedOf: number | null = null;
  let cancelTimer: (() => void) | undefined;
  /** No renewal that nobody asked for before this instant. */
  let nextRenewal = 0;

  const endOf = ({ refreshableUntil, sessionEndsAt }: SessionRecord): number =>
    Math.min(refreshableUntil ?? never, sessionEndsAt ?? never);

  /** What is there now, as the same object while it is the same. */
  const observe = (reason: SignedOutReason | null): Seen => {
    const id = store.read()?.id;
    // Whoever ended it has noted that; another tab, which had not heard, wrote it once more.
    if (id && id !== seen.record?.id && tab.outbox.has(id)) forget(tab, id);
    const record = store.read();
    const lapsed = record && lapsedBecause(record, now());
    // Not with a warning of nothing: then the session lapses instead.
    const expiring = !!record && !lapsed && endOf(record) - now() <= warnBefore && warnBefore > 0;
    const isKnown = (known: Seen): boolean =>
      known.record === record && known.lapsed === lapsed && known.expiring === expiring;
    if (isKnown(seen)) return seen;
    if (record && isKnown(shown)) return shown;
    if (!record) return { record, lapsed, expiring, snapshot: { status: 'signed-out', reason } };
    const facts = { sessionId: record.sid, claims: readClaims(record.accessToken) };
    const { accessExpiresAt, refreshableUntil, sessionEndsAt } = record;
    const snapshot: SessionSnapshot = lapsed
      ? { status: 'lapsed', reason: lapsed, ...facts }
      : {
          status: 'signed-in',
          ...facts,
          accessExpiresAt: accessExpiresAt ?? never,
          refreshableUntil: refreshableUntil ?? never,
          sessionEndsAt: sessionEndsAt ?? never,
          expiring,
        };
    // What only concerns how the session is kept is no change of it.
    const isSame = seen.record?.id === record.id && JSON.stringify(snapshot) === JSON.stringify(seen.snapshot);
    return { record, lapsed, expiring, snapshot: isSame ? seen.snapshot : snapshot };
  };

  /** Why the session may be gone, as far as this tab knows. */
  const guess = (): SignedOutReason => {
    const id = seen.record?.id;
    if (!id) return 'storage-cleared';
    const { reason, wasGone } = store.heard(id);
    return reason ?? (isOver(tab, id) && !wasGone ? 'other-tab' : 'storage-cleared');
  };

  const tell = (event: SessionEvent): void => {
    if (!tab.isDisposed()) listeners.emit(seen.snapshot, event);
  };

  const warn = (origin: EventOrigin): void => {
    const { record, lapsed, expiring } = seen;
    if (!record || lapsed) {
      warnedOf = null;
      return;
    }
    const end = endOf(record);
    if (expiring && Math.abs(end - (warnedOf ?? 0)) > sameEnd) {
      warnedOf = end;
      tell({ type: 'session-expiring', origin: 'this-tab', msLeft: end - now() });
    } else if (warnedOf && !expiring) {
      warnedOf = null;
      tell({ type: 'session-extended', origin, refreshableUntil: end });
    }
  };

  /** When a renewal that nobody asks for is due, or never. */
  const renewalOf = (record: SessionRecord): number =>
    renew && page.visible && record.accessExpiresAt !== null
      ? Math.max(record.accessExpiresAt - marginOf(record, expiryMargin), nextRenewal)
      : never;

  const plan = (): void => {
    cancelTimer?.();
    const { record, lapsed, expiring } = seen;
    if (tab.isDisposed() || !record || lapsed || (!listeners.size && !renew)) return;
    const at = now();
    const end = endOf(record);
    const looks = [end, end + record.clockSkew, end - warnBefore, at + longestNap].filter((moment) => moment > at);
    // A page that begins in the last moments of a session warns its first listener as soon as it is there.
    if (expiring && !warnedOf && listeners.size) looks.push(at);
    cancelTimer = setTimer(wake, Math.max(Math.min(...looks, renewalOf(record)) - at, 0));
  };

  const wake = (): void => {
    const { record } = seen;
    if (renew && record && renewalOf(record) <= now()) {
      nextRenewal = now() + renewalGap;
      renew(record);
    }
    look('this-tab');
  };

  const look = (origin: EventOrigin, reason: SignedOutReason = guess()): boolean => {
    const before = seen;
    const after = observe(reason);
    seen = after;
    const event = after === before ? null : changeBetween(before, after, origin, reason);
    plan();
    if (event) {
      if (!after.record) sweepLater(tab);
      onChange();
      tell(event);
    }
    if (seen === after) warn(origin);
    return after !== before;
  };

  // What is stored when the page starts is no change: nobody is told.
  seen = observe(null);
  plan();

  return {
    snapshot() {
      // What nobody has been told of yet is shown, but not noted: the next look tells it.
      const there = observe(seen.record && guess());
      const { record, lapsed, expiring } = shown;
      if (there.record !== record || there.lapsed !== lapsed || there.expiring !== expiring || there === seen)
        shown = there;
      return shown.snapshot;
    },
    known: () => seen.record?.id ?? null,
    current() {
      const record = store.read();
      if (record === seen.record) return record;
      look('other-tab');
      // A listener may have logged out, or in.
      return store.read();
    },
    look,
    tell,
    subscribe(listener) {
      const remove = listeners.add(listener);
      plan();
      return () => {
        remove();
        plan();
      };
    },
    dispose() {
      cancelTimer?.();
      listeners.clear();
    },
  };
}
