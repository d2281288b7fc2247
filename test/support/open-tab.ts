import type { AuthClientOptions, AuthStorage } from '@latchkey/client';
import { overhearStored } from '../../packages/mock-server/src/testing/leak-watch.ts';
import { createChannelHub } from './fake-channel.ts';
import { createLockHub, type Locks } from './fake-locks.ts';

type Platform = NonNullable<Required<NonNullable<AuthClientOptions['platform']>>>;
type PageSignal = Parameters<Parameters<Platform['page']['listen']>[0]>[0];

export interface Clock {
  now(): number;
  setTimer(callback: () => void, delay: number): () => void;
}

/** What the tabs of one browser profile share. */
export interface Profile {
  /** The stored values, to look at and to tamper with; no tab hears of what is done here. */
  readonly stored: Map<string, string>;
  /** Locks of a tab that nobody sees, to hold one against the others. */
  readonly locks: Locks;
  /** Names of the locks held now. */
  readonly heldLocks: readonly string[];
  /** Every message that went over a channel. */
  readonly said: readonly unknown[];
  /** As the user does in the browser's settings: all is gone, every tab hears of it. */
  clearStorage(): void;
  openTab(options?: TabOptions): Tab;
}

export interface TabOptions {
  /** This tab's clock is ahead by that many milliseconds. */
  readonly skew?: number;
  /** `false`: this browser has no Web Locks. Or other ones than those of its profile. */
  readonly locks?: boolean | { readonly instead: Platform['locks'] };
  /** `false`: this browser has no BroadcastChannel. */
  readonly channels?: boolean;
  readonly visible?: boolean;
}

/** One tab, to be spread into the options of a client: `createAuthClient({ baseUrl, ...tab.options })`. */
export interface Tab {
  readonly options: Pick<Required<AuthClientOptions>, 'platform' | 'fetch'> & { storage: AuthStorage };
  /** Out of view and into view. */
  hide(): void;
  show(): void;
  /** The page hears this. */
  signal(signal: PageSignal): void;
  /** Nothing runs any more and what comes in waits: timers, messages, answers of the server. */
  freeze(): void;
  thaw(): void;
  /** Gone, as with a crash: its locks are free, nothing of it ever runs again. What it had sent is under way. */
  kill(): void;
  /** Timers that are set, and page listeners, channels that are open: all 0 after `dispose()`. */
  readonly leftovers: { timers: number; listeners: number; channels: number };
}

export interface ProfileOptions {
  readonly clock: Clock;
  /** Where the tabs' requests go, such as `(input, init) => server.fetch(new Request(input, init))`. */
  readonly fetch?: typeof fetch;
  /** Runs what one tab causes in another, after the cause. */
  readonly later?: (task: () => void) => void;
}

/** N of its tabs in one process are N tabs of one browser, with storage, Web Locks and channels between them. */
export function createProfile({ clock, fetch = globalThis.fetch, later = queueMicrotask }: ProfileOptions): Profile {
  const stored = new Map<string, string>();
  const lockHub = createLockHub();
  const channelHub = createChannelHub();
  const tabs = new Set<{ hear(signal: PageSignal): void }>();

  return {
    stored,
    locks: lockHub.connect().locks,
    get heldLocks() {
      return lockHub.held;
    },
    said: channelHub.said,
    clearStorage() {
      stored.clear();
      for (const tab of tabs) tab.hear({ type: 'storage', key: null });
    },
    openTab({ skew = 0, locks = true, channels = true, visible = true } = {}) {
      let state: 'running' | 'frozen' | 'gone' = 'running';
      let isVisible = visible;
      let waiting: (() => void)[] = [];
      const listeners = new Set<(signal: PageSignal) => void>();
      const counts = { timers: 0, channels: 0 };
      const lockSeat = lockHub.connect();

      /** Now, at the thaw, or never. */
      const arrive = (task: () => void): void => {
        if (state === 'running') task();
        else if (state === 'frozen') waiting.push(task);
      };
      const arriveLater = (task: () => void): void => later(() => arrive(task));
      const tell = (signal: PageSignal): void => {
        for (const listener of [...listeners]) listener(signal);
      };
      const self = { hear: (signal: PageSignal) => arriveLater(() => tell(signal)) };
      tabs.add(self);

      const changed = (key: string): void => {
        for (const tab of tabs) if (tab !== self) tab.hear({ type: 'storage', key });
      };
      const storage = {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem(key: string, value: string) {
          if (state === 'gone' || stored.get(key) === value) return;
          overhearStored(key, value);
          stored.set(key, value);
          changed(key);
        },
        removeItem(key: string) {
          if (state !== 'gone' && stored.delete(key)) changed(key);
        },
      };

      const platform: Platform = {
        now: () => clock.now() + skew,
        setTimer(callback, delay) {
          counts.timers++;
          let isSet = true;
          const done = (): void => {
            if (isSet) counts.timers--;
            isSet = false;
          };
          const cancel = clock.setTimer(
            () =>
              arrive(() => {
                if (!isSet) return;
                done();
                callback();
              }),
            delay,
          );
          return () => {
            done();
            cancel();
          };
        },
        locks:
          typeof locks === 'object' ? locks.instead : locks ? (lockSeat.locks as NonNullable<Platform['locks']>) : null,
        openChannel(name) {
          if (!channels) return null;
          const channel = channelHub.open(name, arriveLater);
          counts.channels++;
          const close = channel.close;
          channel.close = () => {
            close();
            counts.channels--;
            channel.close = close;
          };
          return channel;
        },
        page: {
          get visible() {
            return isVisible;
          },
          listen(listener) {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
        },
        random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      };

      const tabFetch: typeof fetch = (input, init) =>
        new Promise((resolve, reject) => {
          if (state === 'gone') return;
          fetch(input, init).then(
            (response) => arrive(() => resolve(response)),
            (error) => arrive(() => reject(error)),
          );
        });

      return {
        options: { platform, storage, fetch: tabFetch },
        hide() {
          isVisible = false;
          arrive(() => tell({ type: 'hidden' }));
        },
        show() {
          isVisible = true;
          arrive(() => tell({ type: 'visible' }));
        },
        signal: (signal) => arrive(() => tell(signal)),
        freeze() {
          if (state === 'running') state = 'frozen';
        },
        thaw() {
          if (state !== 'frozen') return;
          state = 'running';
          const tasks = waiting;
          waiting = [];
          for (const task of tasks) task();
          tell({ type: 'restored' });
        },
        kill() {
          state = 'gone';
          waiting = [];
          tabs.delete(self);
          listeners.clear();
          lockSeat.disconnect();
        },
        get leftovers() {
          return { ...counts, listeners: listeners.size };
        },
      };
    },
  };
}

/** A server's `fetch` as a page has it: it can be aborted, and only `Request`s arrive. */
export const fetchFrom =
  (server: { fetch(request: Request): Promise<Response> }): typeof fetch =>
  (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      server.fetch(request).then((response) => {
        if (response.type === 'error') reject(new TypeError('Failed to fetch'));
        else resolve(response);
      }, reject);
    });
  };
