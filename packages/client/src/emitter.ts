import { report } from './report.ts';

/** Listeners and the one way to call them. A listener that throws is reported to the page and stops nobody else. */
export interface Emitter<Args extends unknown[]> {
  readonly size: number;
  add(listener: (...args: Args) => void): () => void;
  emit(...args: Args): void;
  clear(): void;
}

export function createEmitter<Args extends unknown[]>(): Emitter<Args> {
  // Keyed by a fresh object, so that one function subscribed twice is two subscriptions.
  const listeners = new Map<object, (...args: Args) => void>();
  return {
    get size() {
      return listeners.size;
    },
    add(listener) {
      const key = {};
      listeners.set(key, listener);
      return () => void listeners.delete(key);
    },
    emit(...args) {
      for (const listener of [...listeners.values()]) {
        try {
          listener(...args);
        } catch (error) {
          report(error);
        }
      }
    },
    clear() {
      listeners.clear();
    },
  };
}
