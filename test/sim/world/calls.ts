import type { SessionSnapshot } from '@latchkey/client/core';
import { pairOf, type StoredPair } from '../ledger.ts';
import type { Page } from './page.ts';

export type CallKind = 'request' | 'token' | 'login' | 'logout' | 'refresh';

/** One call of the application, and how it ended. */
export interface Call {
  readonly id: number;
  readonly kind: CallKind;
  readonly page: Page;
  /** What the tab showed when it was made. */
  readonly shown: SessionSnapshot;
  /** What was stored then. */
  readonly pair: StoredPair | null;
  /** Milliseconds its page could run and was not waiting for an answer to the call's own request. */
  waited: number;
  /** `null` until it settles. */
  outcome: { readonly value: unknown } | { readonly error: unknown } | null;
}

export interface Calls {
  readonly all: readonly Call[];
  /** Makes a call, and keeps what it comes to. */
  make(page: Page, kind: CallKind, start: (id: number) => unknown): Call;
}

export function createCalls(onMade: (call: Call) => void, onSettled: (call: Call) => void): Calls {
  const all: Call[] = [];
  return {
    all,
    make(page, kind, start) {
      const call: Call = {
        id: all.length + 1,
        kind,
        page,
        shown: page.client.session,
        pair: pairOf(page),
        waited: 0,
        outcome: null,
      };
      all.push(call);
      const end = (outcome: NonNullable<Call['outcome']>): void => {
        call.outcome = outcome;
        onSettled(call);
      };
      const run = async (): Promise<unknown> => start(call.id);
      void run().then(
        (value) => end({ value }),
        (error: unknown) => end({ error }),
      );
      onMade(call);
      return call;
    },
  };
}

/** A call's end, in few words. */
export function describeOutcome({ outcome }: Call): string {
  if (outcome === null) return 'is open';
  if ('error' in outcome) {
    const { error } = outcome;
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const { value } = outcome;
  if (value instanceof Response) return String(value.status);
  if (typeof value === 'string') return 'a token';
  const { status, server } = (value ?? {}) as { status?: string; server?: string };
  return status ?? server ?? 'done';
}
