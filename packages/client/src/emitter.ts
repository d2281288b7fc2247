import { report } from './report.ts';

/** Listeners and the one way to call them: one event after the other. A listener that throws is reported to the page and stops nobody else. */
export interface Emitter<Args extends unknown[]> {
  readonly size: number;
  add(listener: (...args: Args) => void): () => void;
  emit(...args: Args): void;
  clear(): void;
}

export function createEmitter<Args extends unknown[]>(): Emitter<Args> {
  // Keyed by a fresh object, so that one function subscribed twice is two subscriptions.
  const listeners = new Map<object, (...args: Args) => void>();
  const due: (() => unknown)[] = [];
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
      const isUnderWay = due.length > 0;
      for (const [key, listener] of listeners) due.push(() => listeners.has(key) && listener(...args));
      // What a listener causes is told after what it was told: to everybody in the order in which things happened.
      if (isUnderWay) return;
      for (const tell of due) {
        try {
          tell();
        } catch (error) {
          report(error);
        }
      }
      due.length = 0;
    },
    clear() {
      listeners.clear();
    },
  };
}
