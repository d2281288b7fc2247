import type { SessionEvent, SessionSnapshot } from '@latchkey/client/core';
import type { StoredPair } from '../ledger.ts';
import type { Call } from '../world/calls.ts';
import type { Write } from '../world/device-storage.ts';
import type { Answer, Flight } from '../world/flight.ts';
import type { Page } from '../world/page.ts';
import type { World } from '../world/world.ts';

/** What one invariant looks at. Whoever finds it broken calls `world.violate`. */
export interface Checks {
  onSent?(flight: Flight): void;
  onServed?(flight: Flight, answer: Answer): void | Promise<void>;
  onArrival?(flight: Flight): void;
  onWrite?(write: Write, from: StoredPair | null, to: StoredPair | null): void;
  onSaid?(message: unknown): void;
  onEvent?(page: Page, before: SessionSnapshot, snapshot: SessionSnapshot, event: SessionEvent): void;
  /** The application has called, and the call has returned. */
  onCall?(call: Call): void;
  onSettled?(call: Call): void;
  /** The network is back. */
  onOnline?(): void;
  /** After everything that happens. */
  afterwards?(): void;
}

/** A promise of the client that holds in every world. */
export type Invariant = (world: World) => Checks;
