import { decodeJwt } from 'jose';
import { keptText } from '../kept-text.ts';
import { fingerprint } from '../tokens/digest.ts';

/** What the server remembers of a request. Tokens and keys appear as the first 8 hex digits of their SHA-256. */
export interface LoggedRequest {
  /** Counts up from 1. */
  readonly id: number;
  /** `'login'`, `'refresh'`, `'logout'`, `'me'`, … */
  readonly endpoint: string;
  /** Cut at 32 characters. */
  readonly method: string;
  /** Without the query; cut at 256 characters. */
  readonly path: string;
  /** When it arrived. Epoch milliseconds of the server's clock. */
  readonly at: number;
  /** Null until it is answered, and for ever when the answer never arrives. */
  readonly status: number | null;
  /** The `error` of a refusal. */
  readonly error: string | null;
  /** The fault it met. */
  readonly fault: string | null;
  /** Whether that fault is making it wait right now: the moment for a test to advance the clock or clear the faults. */
  readonly held: boolean;
  /** The access token it carried, wherever; `expired` as its own claims and the server's clock have it. */
  readonly accessToken: { readonly fingerprint: string; readonly expired: boolean } | null;
  readonly refreshToken: string | null;
  readonly idempotencyKey: string | null;
  readonly ticket: string | null;
}

/** One entry while the request is under way. */
export interface RequestEntry {
  /** The secrets it carries; each is kept as a fingerprint. */
  note(secrets: {
    accessToken?: string;
    refreshToken?: string;
    idempotencyKey?: string;
    ticket?: string;
  }): Promise<void>;
  meets(fault: string): void;
  hold(held: boolean): void;
  answered(status: number, error: string | null): void;
  lost(): void;
}

export interface RequestLog {
  readonly entries: readonly LoggedRequest[];
  add(request: { endpoint: string; method: string; path: string; at: number }): RequestEntry;
  clear(): void;
}

/** A server that runs for months forgets the older half when there are so many. */
const mostEntries = 20_000;

/** No entry is larger than these make it, whatever was sent. */
const [longestMethod, longestPath, longestError] = [32, 256, 64] as const;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function createRequestLog(onChange: () => void): RequestLog {
  const entries: LoggedRequest[] = [];
  let count = 0;

  return {
    entries,
    add({ endpoint, method, path, at }) {
      count += 1;
      // In large steps, because each moves all that stays.
      if (entries.length >= mostEntries) entries.splice(0, mostEntries / 2);
      const entry: Writable<LoggedRequest> = {
        id: count,
        endpoint,
        method: keptText(method, longestMethod),
        path: keptText(path, longestPath),
        at,
        status: null,
        error: null,
        fault: null,
        held: false,
        accessToken: null,
        refreshToken: null,
        idempotencyKey: null,
        ticket: null,
      };
      entries.push(entry);
      onChange();
      return {
        async note({ accessToken, refreshToken, idempotencyKey, ticket }) {
          if (accessToken) {
            const expired = hasExpired(accessToken, at);
            entry.accessToken = { fingerprint: await fingerprint(accessToken), expired };
          }
          if (refreshToken) entry.refreshToken = await fingerprint(refreshToken);
          if (idempotencyKey) entry.idempotencyKey = await fingerprint(idempotencyKey);
          if (ticket) entry.ticket = await fingerprint(ticket);
        },
        meets(fault) {
          entry.fault = fault;
        },
        hold(held) {
          entry.held = held;
          onChange();
        },
        answered(status, error) {
          entry.status = status;
          entry.error = error === null ? null : keptText(error, longestError);
          onChange();
        },
        lost: onChange,
      };
    },
    clear: () => void entries.splice(0),
  };
}

function hasExpired(accessToken: string, now: number): boolean {
  try {
    return (decodeJwt(accessToken).exp ?? 0) * 1_000 <= now;
  } catch {
    return false;
  }
}
