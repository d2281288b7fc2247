import type { AuthStorage } from '@latchkey/client/core';
import type { Actor, Scheduler } from './scheduler.ts';

/** One change of the store; a `key` of null clears it. */
export interface Write {
  readonly key: string | null;
  readonly value: string | null;
  /** Which tab wrote; null for the user in the browser's settings. */
  readonly by: Actor | null;
}

/** What one tab sees of the store. */
export interface StorageView extends AuthStorage {
  clear(): void;
}

export interface DeviceStorage {
  /** What every tab will have seen in the end. */
  readonly settled: ReadonlyMap<string, string>;
  /** A page's view; `hear` is told of the changes of others, some time after they can be seen. */
  open(actor: Actor, hear: (key: string | null) => void): StorageView;
  /** The user clears the site's data. */
  clear(): void;
}

/** A write of one tab can be read in another at most so many milliseconds later: measured were 2.8, in three engines. */
const longestTravel = 4;

const change = (values: Map<string, string>, { key, value }: Write): boolean => {
  if (key === null) {
    const had = values.size > 0;
    values.clear();
    return had;
  }
  if ((values.get(key) ?? null) === value) return false;
  if (value === null) values.delete(key);
  else values.set(key, value);
  return true;
};

/**
 * `localStorage` as browsers with a process per tab have it: all writes have one order, each tab sees its own at once and those of
 * others a little later, each an event that can be early or late; the `storage` event comes later still.
 * @param hasEvents whether tabs are told of what others write: a store of the application's own may not do so.
 */
export function createDeviceStorage(
  { plan }: Pick<Scheduler, 'plan'>,
  hasEvents: boolean,
  onWrite: (write: Write, before: ReadonlyMap<string, string>) => void,
): DeviceStorage {
  const log: { write: Write; changes: boolean }[] = [];
  const settled = new Map<string, string>();
  const views = new Set<{ actor: Actor; travel(index: number): void }>();

  const append = (write: Write, before: ReadonlyMap<string, string>): void => {
    onWrite(write, before);
    log.push({ write, changes: change(settled, write) });
    const index = log.length - 1;
    for (const view of views) {
      if (view.actor.gone) views.delete(view);
      else if (view.actor !== write.by) view.travel(index);
    }
  };

  return {
    settled,
    clear: () => append({ key: null, value: null, by: null }, settled),
    open(actor, hear) {
      const seen = new Map(settled);
      let next = log.length;
      /** The own writes that the common order has not come to yet. They hide whatever comes from others before them. */
      let own: Write[] = [];

      const seenUntil = (index: number): void => {
        for (; next <= index; next++) {
          const entry = log[next];
          if (entry === undefined) break;
          change(seen, entry.write);
          if (entry.write.by === actor) own = own.filter((write) => write !== entry.write);
        }
      };
      const travel = (index: number): void => {
        const entry = log[index];
        if (entry === undefined) return;
        const { key, by } = entry.write;
        const what = `sees what ${by?.name ?? 'the user'} did to ${key ?? 'all of storage'}`;
        const lane = `sight of ${actor.name}`;
        // The log of attempts changes all the time, and nobody listens.
        const quiet = key?.endsWith(':refresh') === true;
        const run = (): void => {
          seenUntil(index);
          if (!entry.changes || !hasEvents) return;
          const heard = `storage event ${key ?? '(all)'}`;
          plan({ what: heard, actor, lane: `hearing of ${actor.name}`, delay: 1, quiet, run: () => hear(key) });
        };
        plan({ what, actor, lane, delay: longestTravel - 1, beneath: true, quiet, run });
      };
      views.add({ actor, travel });

      const current = (): Map<string, string> => {
        if (own.length === 0) return seen;
        const values = new Map(seen);
        for (const write of own) change(values, write);
        return values;
      };
      const write = (key: string | null, value: string | null): void => {
        if (actor.gone) return;
        const before = current();
        if (key === null ? before.size === 0 : (before.get(key) ?? null) === value) return;
        const entry: Write = { key, value, by: actor };
        own.push(entry);
        append(entry, before);
      };
      return {
        getItem: (key) => current().get(key) ?? null,
        setItem: (key, value) => write(key, value),
        removeItem: (key) => write(key, null),
        clear: () => write(null, null),
      };
    },
  };
}
