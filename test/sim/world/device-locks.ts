import type { TabLocks } from '@latchkey/client/core';
import type { Actor, Scheduler } from './scheduler.ts';

interface Claim {
  readonly actor: Actor;
  readonly name: string;
  granted(): void;
}

export interface DeviceLocks {
  /** The `navigator.locks` of one page. */
  of(actor: Actor): TabLocks;
  /** The page is gone, and with it what it held and waited for. */
  release(actor: Actor): void;
  /** Somebody else takes a lock as soon as it is free, and keeps it. */
  occupy(name: string): void;
  vacate(): void;
  holds(actor: Actor): boolean;
}

const abortError = (): DOMException => new DOMException('The request was aborted.', 'AbortError');

/** Web Locks of one browser profile: exclusive, in the order of asking. A grant is an event of its own. */
export function createDeviceLocks(
  { plan }: Pick<Scheduler, 'plan'>,
  stranger: Actor,
  onGivenUp: (actor: Actor, name: string) => void,
): DeviceLocks {
  const holders = new Map<string, Claim>();
  let queue: Claim[] = [];

  const next = (name: string): void => {
    if (holders.has(name)) return;
    const claim = queue.find((waiting) => waiting.name === name);
    if (claim === undefined) return;
    queue = queue.filter((waiting) => waiting !== claim);
    holders.set(name, claim);
    claim.granted();
  };
  const free = (claim: Claim): void => {
    if (holders.get(claim.name) !== claim) return;
    holders.delete(claim.name);
    next(claim.name);
  };

  const request = <T>(
    actor: Actor,
    name: string,
    { signal, ifAvailable = false }: { signal?: AbortSignal; ifAvailable?: boolean },
    callback: (lock: unknown) => Promise<T>,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(abortError());
      const run = async (lock: unknown): Promise<T> => callback(lock);
      const lane = `locks of ${actor.name}`;
      if (ifAvailable && (holders.has(name) || queue.some((claim) => claim.name === name))) {
        plan({ what: `does not get ${name}`, actor, delay: 1, lane, run: () => void run(null).then(resolve, reject) });
        return;
      }
      let begun = false;
      let takeBack = (): void => {};
      const abort = (): void => {
        if (begun) return;
        queue = queue.filter((waiting) => waiting !== claim);
        takeBack();
        free(claim);
        onGivenUp(actor, name);
        reject(abortError());
      };
      const claim: Claim = {
        actor,
        name,
        granted() {
          const grant = (): void => {
            begun = true;
            signal?.removeEventListener('abort', abort);
            run({ name })
              .finally(() => free(claim))
              .then(resolve, reject);
          };
          takeBack = plan({ what: `gets ${name}`, actor, delay: 1, lane, run: grant });
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.push(claim);
      next(name);
    });

  const drop = (isWanted: (claim: Claim) => boolean): void => {
    queue = queue.filter((claim) => !isWanted(claim));
    for (const claim of [...holders.values()]) if (isWanted(claim)) free(claim);
  };

  return {
    of: (actor) => ({ request: (name, options, callback) => request(actor, name, options, callback) }),
    release: (actor) => drop((claim) => claim.actor === actor),
    occupy(name) {
      queue.push({ actor: stranger, name, granted() {} });
      next(name);
    },
    vacate: () => drop((claim) => claim.actor === stranger),
    holds: (actor) => [...holders.values()].some((claim) => claim.actor === actor),
  };
}
