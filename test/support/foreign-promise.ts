/** The promises of the language itself: what every native async function gives, whatever `globalThis.Promise` is. */
export const NativePromise: PromiseConstructor = (async () => {})().constructor as PromiseConstructor;

type Settle = (value?: unknown) => unknown;

/**
 * A promise that is no `Promise` of the language, as that of zone.js or Bluebird: neither is an instance of the other, and
 * each takes the other for a thenable.
 */
export class ForeignPromise {
  static readonly resolve = (value?: unknown): ForeignPromise =>
    value instanceof ForeignPromise ? value : new ForeignPromise((resolve) => void resolve(value));
  static readonly reject = (reason?: unknown): ForeignPromise => new ForeignPromise((_, reject) => void reject(reason));
  static readonly all = joined('all');
  static readonly allSettled = joined('allSettled');
  static readonly any = joined('any');
  static readonly race = joined('race');
  static readonly withResolvers = (): object => {
    const parts = {} as { resolve: Settle; reject: Settle };
    const promise = new ForeignPromise((resolve, reject) => void Object.assign(parts, { resolve, reject }));
    return { promise, ...parts };
  };

  /** Symbol-keyed and not enumerable, so that a picture of the promise shows nothing of it. */
  readonly #native: Promise<unknown>;

  constructor(executor: (resolve: Settle, reject: Settle) => void) {
    this.#native = new NativePromise(executor as ConstructorParameters<PromiseConstructor>[0]);
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one
  then(onFulfilled?: Settle | null, onRejected?: Settle | null): ForeignPromise {
    return of(this.#native.then(onFulfilled, onRejected));
  }

  catch(onRejected?: Settle | null): ForeignPromise {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): ForeignPromise {
    return of(this.#native.finally(onFinally));
  }
}

function of(native: Promise<unknown>): ForeignPromise {
  return new ForeignPromise((resolve, reject) => void native.then(resolve, reject));
}

function joined(name: 'all' | 'allSettled' | 'any' | 'race') {
  return (values: Iterable<unknown>): ForeignPromise =>
    of((NativePromise[name] as (values: Iterable<unknown>) => Promise<unknown>)(values));
}
