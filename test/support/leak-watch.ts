import { inspect } from 'node:util';

/**
 * Watches what a client lets out in a test: console, errors with their causes, events, messages between tabs. Sixteen
 * characters of a token in any of it are a leak. What is stored is not watched: that is where the tokens live.
 */
const pieceLength = 16;
const pieces = new Set<string>();
const heard: string[] = [];

/** A value in which tokens are kept: whatever is in it must not turn up elsewhere. */
export function noteTokens(stored: string): void {
  for (const [, token = ''] of stored.matchAll(
    /"(?:accessToken|refreshToken|access_token|refresh_token)":"([^"]+)"/g,
  )) {
    for (let at = 0; at + pieceLength <= token.length; at++) pieces.add(token.slice(at, at + pieceLength));
  }
}

/** Something the client let out. */
export function overhear(value: unknown): void {
  heard.push(inspect(value, { depth: 8, showHidden: true }));
  try {
    heard.push(JSON.stringify(value) ?? '');
  } catch {
    // Cyclic: inspect has seen it.
  }
  if (value instanceof Error) heard.push(String(value), value.stack ?? '', JSON.stringify({ ...value }));
}

/** Listens to what a promise of the client rejects with. */
export function overhearRejection<T>(work: T): T {
  if (work instanceof Promise) work.catch(overhear);
  return work;
}

/** The first piece of a token in what has been heard, and forgets all of it. */
export function leaked(): string | null {
  const text = heard.splice(0).join('\n');
  let found: string | null = null;
  for (let at = 0; pieces.size > 0 && at + pieceLength <= text.length && !found; at++) {
    if (pieces.has(text.slice(at, at + pieceLength))) found = text.slice(Math.max(0, at - 60), at + pieceLength + 20);
  }
  pieces.clear();
  return found;
}

/** Listens to the console and to what is written to the browser's own storage, from now on. */
export function watchGlobals(): void {
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    const original = console[name];
    console[name] = (...args: unknown[]) => {
      args.forEach(overhear);
      original(...args);
    };
  }
  const { Storage } = globalThis;
  if (Storage === undefined) return;
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (this: Storage, key: string, value: string) {
    noteTokens(value);
    setItem.call(this, key, value);
  };
}
