import { createEmitter } from '../emitter.ts';
import { longestTimer, type Platform } from '../platform.ts';
import { readClaims } from '../token/claims.ts';
import { lapsedBecause, marginOf } from '../token/lifetimes.ts';
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

export interface WatchOptions {
  readonly read: () => SessionRecord | null;
  readonly platform: Pick<Platform, 'now' | 'setTimer' | 'page'>;
  /** Milliseconds before the end at which `session-expiring` is told. */
  readonly warnBefore: number;
  readonly expiryMargin: number;
  /** Called when the access token comes due, with `renew: 'while-visible'`. */
  readonly renew: ((record: SessionRecord) => void) | null;
  /** Called after every change, before the listeners. */
  readonly onChange: () => void;
  /** Why a session may be gone that nobody told this tab about. */
  readonly guess: (id: string) => SignedOutReason;
}

/** A sleeping device delays its timers by as long as it slept, so that no look is ever planned further ahead than this. */
const longestNap = 15 * 60_000;

/** How long after an attempt that changed nothing a renewal in the background is tried again, in milliseconds. */
const renewalGap = 30_000;

export function createSessionWatch(options: WatchOptions): SessionWatch {
  const { read, platform, warnBefore, expiryMargin, renew, onChange, guess } = options;
  const listeners = createEmitter<Parameters<SessionListener>>();
  let seen: Seen = { record: null, lapsed: null, snapshot: { status: 'signed-out', reason: null } };
  let warnedOf: number | null = null;
  let cancelTimer: (() => void) | null = null;
  /** No renewal that nobody asked for before this instant. */
  let nextRenewal = 0;
  let disposed = false;
  let shown: Seen = seen;

  const endOf = ({ refreshableUntil, sessionEndsAt }: SessionRecord): number =>
    Math.min(refreshableUntil ?? Number.POSITIVE_INFINITY, sessionEndsAt ?? Number.POSITIVE_INFINITY);

  /** What is there now, as the same object while it is the same. */
  const observe = (reason: SignedOutReason | null): Seen => {
    const record = read();
    const lapsed = record && lapsedBecause(record, platform.now());
    const same = (known: Seen): boolean => known.record === record && known.lapsed === lapsed;
    if (same(seen)) return seen;
    if (!record) return { record, lapsed, snapshot: { status: 'signed-out', reason } };
    if (same(shown)) return shown;
    const claims = readClaims(record.accessToken);
    const sessionId = record.sid;
    if (lapsed) return { record, lapsed, snapshot: { status: 'lapsed', reason: lapsed, sessionId, claims } };
    const or = (instant: number | null): number => instant ?? Number.POSITIVE_INFINITY;
    const snapshot: SessionSnapshot = {
      status: 'signed-in',
      sessionId,
      claims,
      accessExpiresAt: or(record.accessExpiresAt),
      refreshableUntil: or(record.refreshableUntil),
      sessionEndsAt: or(record.sessionEndsAt),
    };
    return { record, lapsed, snapshot };
  };

  const tell = (event: SessionEvent): void => {
    if (!disposed) listeners.emit(seen.snapshot, event);
  };

  const warn = (origin: EventOrigin): void => {
    const { record, lapsed } = seen;
    if (!record || lapsed) {
      warnedOf = null;
      return;
    }
    const end = endOf(record);
    const msLeft = end - platform.now();
    if (msLeft <= warnBefore && warnedOf !== end) {
      warnedOf = end;
      tell({ type: 'session-expiring', origin: 'this-tab', msLeft });
    } else if (warnedOf !== null && warnedOf < end && msLeft > warnBefore) {
      warnedOf = null;
      tell({ type: 'session-extended', origin, refreshableUntil: end });
    }
  };

  /** When a renewal that nobody asks for is due, or never. */
  const renewalOf = (record: SessionRecord): number => {
    if (!renew || !platform.page.visible || record.accessExpiresAt === null) return Number.POSITIVE_INFINITY;
    return Math.max(record.accessExpiresAt - marginOf(record, expiryMargin), nextRenewal);
  };

  const plan = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    const { record, lapsed } = seen;
    if (disposed || !record || lapsed || (listeners.size === 0 && !renew)) return;
    const now = platform.now();
    const end = endOf(record);
    const looks = [end, end + record.clockSkew, end - warnBefore, now + longestNap].filter((moment) => moment > now);
    const next = Math.min(...looks, renewalOf(record));
    cancelTimer = platform.setTimer(wake, Math.min(Math.max(next - now, 0), longestTimer));
  };

  const wake = (): void => {
    const { record } = seen;
    if (record && renewalOf(record) <= platform.now()) {
      nextRenewal = platform.now() + renewalGap;
      renew?.(record);
    }
    look('this-tab');
  };

  const look = (origin: EventOrigin, reason?: SignedOutReason): boolean => {
    const before = seen;
    const why = reason ?? (before.record ? guess(before.record.id) : 'storage-cleared');
    const after = observe(why);
    seen = after;
    const event = after === before ? null : changeBetween(before, after, origin, why);
    plan();
    if (event) {
      onChange();
      tell(event);
    }
    if (seen === after) warn(origin);
    return after !== before;
  };

  // What is stored when the page starts is no change: nobody is told.
  seen = observe(null);
  if (renew) plan();

  return {
    snapshot() {
      // What nobody has been told of yet is shown, but not noted: the next look tells it.
      const now = observe(seen.record && guess(seen.record.id));
      if (now.record !== shown.record || now.lapsed !== shown.lapsed || now === seen) shown = now;
      return shown.snapshot;
    },
    known: () => seen.record?.id ?? null,
    current() {
      const record = read();
      if (record !== seen.record) look('other-tab');
      return record;
    },
    look,
    tell,
    subscribe(listener) {
      const remove = listeners.add(listener);
      plan();
      return () => {
        remove();
        if (listeners.size === 0) plan();
      };
    },
    dispose() {
      disposed = true;
      cancelTimer?.();
      listeners.clear();
    },
  };
}
