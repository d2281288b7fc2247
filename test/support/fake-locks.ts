/** The part of the Web Locks API that tabs use, for exclusive locks. */
export interface Locks {
  request<T>(name: string, callback: LockCallback<T>): Promise<T>;
  request<T>(name: string, options: LockRequestOptions, callback: LockCallback<T>): Promise<T>;
}

export interface LockRequestOptions {
  readonly signal?: AbortSignal;
  readonly ifAvailable?: boolean;
}

type LockCallback<T> = (lock: { readonly name: string } | null) => T | PromiseLike<T>;

export interface LockHub {
  /** The `navigator.locks` of one tab; what it holds or waits for goes when the tab goes. */
  connect(): { readonly locks: Locks; disconnect(): void };
  /** Names held now. */
  readonly held: readonly string[];
}

interface Claim {
  readonly owner: object;
  grant(): void;
}

/** Exclusive locks among the tabs of one profile, granted in the order of asking, as the Web Locks standard has it. */
export function createLockHub(): LockHub {
  const holders = new Map<string, Claim>();
  const queues = new Map<string, Claim[]>();

  const next = (name: string): void => {
    if (holders.has(name)) return;
    const claim = queues.get(name)?.shift();
    if (claim === undefined) return;
    holders.set(name, claim);
    // A grant is always a step of its own: the caller of `request` goes on first.
    queueMicrotask(() => claim.grant());
  };
  const release = (name: string, claim: Claim): void => {
    if (holders.get(name) !== claim) return;
    holders.delete(name);
    next(name);
  };

  const request = <T>(
    owner: object,
    name: string,
    options: LockRequestOptions,
    callback: LockCallback<T>,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const { signal, ifAvailable } = options;
      if (signal?.aborted) return reject(signal.reason);
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      const run = async (lock: { name: string } | null): Promise<T> => callback(lock);
      if (ifAvailable === true && (holders.has(name) || queue.length > 0)) {
        queueMicrotask(() => run(null).then(resolve, reject));
        return;
      }
      const abort = (): void => {
        const place = queue.indexOf(claim);
        if (place < 0) return;
        queue.splice(place, 1);
        reject(signal?.reason);
      };
      const claim: Claim = {
        owner,
        grant() {
          signal?.removeEventListener('abort', abort);
          if (holders.get(name) !== claim) return;
          // Whoever awaits the request finds the lock free already.
          const free = (): void => release(name, claim);
          run({ name }).finally(free).then(resolve, reject);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.push(claim);
      next(name);
    });

  return {
    get held() {
      return [...holders.keys()];
    },
    connect() {
      const owner = {};
      function ask<T>(name: string, ...rest: [LockCallback<T>] | [LockRequestOptions, LockCallback<T>]): Promise<T> {
        return rest.length === 1 ? request(owner, name, {}, rest[0]) : request(owner, name, rest[0], rest[1]);
      }
      return {
        locks: { request: ask },
        disconnect() {
          for (const [name, queue] of queues)
            queues.set(
              name,
              queue.filter((claim) => claim.owner !== owner),
            );
          for (const [name, claim] of [...holders]) if (claim.owner === owner) release(name, claim);
        },
      };
    },
  };
}
