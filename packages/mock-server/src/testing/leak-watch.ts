import { inspect } from 'node:util';
import type { AuthServer } from '../auth-server.ts';

/**
 * What the tests listen with: sixteen characters of a token in anything that is let out are a leak. Let out is what goes to
 * the console, an error with its causes, an event, a message between tabs, a log of the server, the body of a refusal, or
 * any stored value but the record, which is where the tokens live.
 */
const pieceLength = 16;
const pieces = new Set<string>();
const heard: string[] = [];
const logs: (() => unknown)[] = [];
/** The record is where the tokens live: its name in storage is the client's `storageKey`, or begins so and ends in a word for it. */
const recordKeys = new Set(['latchkey']);
const isRecordKey = (key: string): boolean =>
  [...recordKeys].some((name) => key === name || (key.startsWith(`${name}:`) && /:(api|session)$/.test(key)));

/** A text in which tokens are: whatever is in them must not turn up elsewhere. */
export function noteTokens(text: string): void {
  for (const [, token = ''] of text.matchAll(/"(?:accessToken|refreshToken|access_token|refresh_token)":"([^"]+)"/g)) {
    for (let at = 0; at + pieceLength <= token.length; at++) pieces.add(token.slice(at, at + pieceLength));
  }
}

/** What is written to storage is known from then on, and let out, unless it is a client's record. */
export function overhearStored(key: string, value: string): void {
  noteTokens(value);
  if (!isRecordKey(key)) overhear({ key, value });
}

/** @param key the client's `storageKey`; one that ends as the names of its notes do keeps the record beside them. */
export function noteRecordKey(key: string): void {
  recordKeys.add(/:(outbox|refresh|api|session)$/.test(key) ? `${key}:session` : key);
}

/** Something that was let out. */
export function overhear(value: unknown): void {
  heard.push(inspect(value, { depth: 8, showHidden: true, maxArrayLength: null, maxStringLength: null }));
  try {
    heard.push(JSON.stringify(value) ?? '');
  } catch {
    // Cyclic: inspect has seen it.
  }
  if (value instanceof Error) heard.push(String(value), value.stack ?? '', JSON.stringify({ ...value }));
}

/** Listens to what a promise rejects with. Told by shape: the `Promise` of a page may be another than that of the language. */
export function overhearRejection<T>(work: T): T {
  const { then } = Object(work) as Partial<Promise<unknown>>;
  if (typeof then === 'function') then.call(work, undefined, overhear);
  return work;
}

/** The first piece of a token in what has been heard since it was last asked. */
export function leaked(): string | null {
  for (const freshEntries of logs) overhear(freshEntries());
  const text = heard.splice(0).join('\n');
  return pieces.size === 0 ? null : firstPiece(text);
}

/** For whoever is done: no token is known any more, and no server is listened to. */
export function forgetTokens(): void {
  for (const memory of [heard, logs]) memory.length = 0;
  pieces.clear();
}

function firstPiece(text: string): string | null {
  // Only a run of what tokens are made of can hold a piece of one.
  for (const { 0: run, index } of text.matchAll(/[\w.~+/=-]{16,}/g)) {
    for (let at = 0; at + pieceLength <= run.length; at++) {
      if (pieces.has(run.slice(at, at + pieceLength)))
        return text.slice(Math.max(0, index + at - 60), index + at + pieceLength + 20);
    }
  }
  return null;
}

/** Listens to a server: its logs, its answers. The tokens that it issues are known from then on. */
export function overhearServer<T extends AuthServer>(server: T): T {
  const { fetch, seedSession } = server;
  logs.push(freshOf(server.requests), freshOf(server.securityEvents));
  return Object.assign(server, {
    async fetch(...request: Parameters<AuthServer['fetch']>) {
      const response = await fetch(...request);
      overhear([...response.headers]);
      response
        .clone()
        .text()
        .then((text) => (text.includes('"access_token":"') ? noteTokens(text) : overhear(text)))
        .catch(() => {});
      return response;
    },
    async seedSession(...session: Parameters<AuthServer['seedSession']>) {
      const tokens = await seedSession(...session);
      noteTokens(JSON.stringify(tokens));
      return tokens;
    },
  });
}

/** Gives what was added since it was last asked. */
function freshOf(log: readonly unknown[]): () => unknown[] {
  let seen = 0;
  return () => {
    const fresh = log.slice(Math.min(seen, log.length));
    seen = log.length;
    return fresh;
  };
}
