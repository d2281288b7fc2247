/** What this package needs of `navigator.locks` (Web Locks API). */
export interface TabLocks {
  request<T>(
    name: string,
    options: { signal?: AbortSignal; ifAvailable?: boolean },
    callback: (lock: unknown) => Promise<T>,
  ): Promise<T>;
}

/** What this package needs of a `BroadcastChannel`. */
export interface TabChannel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

/**
 * What the page tells: it came into view (or back from the back/forward cache, or from sleep), went out of view, is being
 * left, is online again, or another tab changed a storage key (`null`: cleared all).
 */
export type PageSignal =
  | { readonly type: 'visible' | 'hidden' | 'leaving' | 'restored' | 'online' }
  | { readonly type: 'storage'; readonly key: string | null };

export interface Page {
  readonly visible: boolean;
  /** Starts listening; returns the way to stop. */
  listen(listener: (signal: PageSignal) => void): () => void;
}

/** Every effect this package has on the world besides storage and fetch. Replace any of them, for tests or odd environments. */
export interface Platform {
  /** Epoch milliseconds. Default `Date.now()`. */
  now(): number;
  /** Calls back once after `delay` milliseconds (never more than 2³¹−1); returns the way to cancel. */
  setTimer(callback: () => void, delay: number): () => void;
  /**
   * Default `navigator.locks`, `null` where there is none: everything is right without it, only less thrifty. Also `null` by
   * default where `setTimer` is given: a client whose time stands still would never let go of a lock that others wait for.
   */
  readonly locks: TabLocks | null;
  /** Default a `BroadcastChannel`, `null` where there is none. */
  openChannel(name: string): TabChannel | null;
  readonly page: Page;
  /** That many random bytes. Default `crypto.getRandomValues`. */
  random(bytes: number): Uint8Array;
}

/** What relative URLs of this page are relative to, for fetch as well: a `<base>` counts. A worker has no document. */
export function pageUrl(): string | undefined {
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}

/** The browser's own. Everything is looked up when used: pages and tests replace these globals. */
const browser: Platform = {
  now: () => Date.now(),
  setTimer(callback, delay) {
    const id = setTimeout(callback, delay);
    return () => clearTimeout(id);
  },
  get locks() {
    // Some environments have the property and nothing behind it.
    const locks = globalThis.navigator?.locks;
    return typeof locks?.request === 'function' ? (locks as unknown as TabLocks) : null;
  },
  openChannel(name) {
    try {
      const channel = new BroadcastChannel(name);
      // In Node an open channel would keep the process alive.
      (channel as { unref?: () => void }).unref?.();
      return channel;
    } catch {
      return null;
    }
  },
  page: {
    get visible() {
      return globalThis.document?.visibilityState !== 'hidden';
    },
    listen(listener) {
      const { window: page, document } = globalThis;
      if (!page?.addEventListener || !document) return () => {};
      // Removed one by one, not by a signal: that may be of another realm than the page, or the page's events may be patched.
      const stops: (() => void)[] = [];
      const on = (target: EventTarget, type: string, meaning: (event: never) => PageSignal['type']): void => {
        const handler = (event: Event): void =>
          listener({ type: meaning(event as never), key: (event as StorageEvent).key } as PageSignal);
        target.addEventListener(type, handler);
        stops.push(() => target.removeEventListener(type, handler));
      };
      on(page, 'storage', () => 'storage');
      on(page, 'online', () => 'online');
      on(page, 'focus', () => 'visible');
      on(page, 'pageshow', ({ persisted }: PageTransitionEvent) => (persisted ? 'restored' : 'visible'));
      on(page, 'pagehide', () => 'leaving');
      on(document, 'visibilitychange', () => (document.visibilityState === 'hidden' ? 'hidden' : 'visible'));
      on(document, 'resume', () => 'restored');
      return () => {
        for (const stop of stops) stop();
      };
    },
  },
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
};

/** The browser's platform with the given parts replaced. */
export function resolvePlatform(overrides: Partial<Platform> | null | undefined): Platform {
  // By prototype and by descriptor, not by copy: getters stay live.
  const base = overrides?.setTimer ? Object.create(browser, { locks: { value: null } }) : browser;
  return Object.create(base, Object.getOwnPropertyDescriptors(overrides ?? {})) as Platform;
}
