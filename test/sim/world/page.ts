import type {
  AuthClient,
  AuthClientOptions,
  PageSignal,
  Platform,
  SessionEvent,
  SessionSnapshot,
} from '@latchkey/client/core';
import type { DeviceChannels } from './device-channels.ts';
import type { DeviceLocks } from './device-locks.ts';
import type { DeviceStorage, StorageView } from './device-storage.ts';
import type { Network } from './network.ts';
import type { Actor, Scheduler } from './scheduler.ts';

export type CreateClient = (options: AuthClientOptions) => AuthClient;

/** What all pages of the device share. */
export interface Device {
  readonly createClient: CreateClient;
  readonly scheduler: Scheduler;
  readonly storage: DeviceStorage;
  /** Null where the browser has none. */
  readonly locks: DeviceLocks | null;
  readonly channels: DeviceChannels | null;
  readonly network: Network;
  readonly renew: 'on-use' | 'while-visible';
  /** How far the device's clock is ahead of the true time. */
  readonly clockError: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly onEvent: (page: Page, before: SessionSnapshot, snapshot: SessionSnapshot, event: SessionEvent) => void;
  readonly onLongTimer: (page: Page, delay: number) => void;
}

/** One load of the application in one tab, with the real client in it. */
export interface Page extends Actor {
  readonly tab: number;
  readonly client: AuthClient;
  readonly view: StorageView;
  /** What the application was last told of the session: what its user sees. */
  readonly told: SessionSnapshot;
  readonly state: 'running' | 'frozen' | 'gone';
  /** When it was last able to run again after it was not; when its client was made anew. */
  readonly thawedAt: number;
  readonly mountedAt: number;
  show(visible: boolean): void;
  signal(signal: PageSignal): void;
  freeze(): void;
  thaw(): void;
  /** Nothing of it ever runs again. What it has sent is under way. */
  end(): void;
  /** The application drops its client and makes another one in the same page. */
  remount(): void;
}

export const baseUrl = 'https://api.test/';
const longestTimer = 2 ** 31 - 1;

export function openPage(device: Device, name: string, tab: number): Page {
  const { scheduler, storage, locks, channels, network, random } = device;
  let state: Page['state'] = 'running';
  let visible = true;
  let thawedAt = scheduler.now();
  let mountedAt = thawedAt;
  let told: SessionSnapshot = { status: 'signed-out', reason: null };
  const listeners = new Set<(signal: PageSignal) => void>();
  const tell = (signal: PageSignal): void => {
    for (const listener of [...listeners]) listener(signal);
  };

  const platform = (): Platform => ({
    now: () => scheduler.now() + device.clockError(),
    setTimer(callback, delay) {
      if (delay > longestTimer) device.onLongTimer(page, delay);
      // As in browsers: what is too long is no delay at all.
      const real = delay > longestTimer ? 1 : Math.max(0, delay);
      return scheduler.plan({
        what: `timer of ${delay} ms`,
        actor: page,
        delay: real,
        timed: true,
        quiet: true,
        run: callback,
      });
    },
    locks: locks?.of(page) ?? null,
    openChannel: (channel) => channels?.open(page, channel) ?? null,
    page: {
      get visible() {
        return visible;
      },
      listen(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    random,
  });

  const mount = (): AuthClient => {
    const client = device.createClient({
      baseUrl,
      storage: page.view,
      fetch: network.of(page),
      platform: platform(),
      renew: device.renew,
    });
    mountedAt = scheduler.now();
    told = client.session;
    client.subscribe((snapshot, event) => {
      const before = told;
      told = snapshot;
      device.onEvent(page, before, snapshot, event);
    });
    return client;
  };

  let client: AuthClient;
  const page: Page = {
    name,
    tab,
    get runs() {
      return state === 'running' && !scheduler.asleep;
    },
    get gone() {
      return state === 'gone';
    },
    get client() {
      return client;
    },
    view: null as unknown as StorageView,
    get told() {
      return told;
    },
    get state() {
      return state;
    },
    get thawedAt() {
      return thawedAt;
    },
    get mountedAt() {
      return mountedAt;
    },
    show(next) {
      visible = next;
      tell({ type: next ? 'visible' : 'hidden' });
    },
    signal: tell,
    freeze() {
      state = 'frozen';
    },
    thaw() {
      state = 'running';
      thawedAt = scheduler.now();
    },
    end() {
      state = 'gone';
      listeners.clear();
      locks?.release(page);
      channels?.release(page);
    },
    remount() {
      client.dispose();
      client = mount();
    },
  };
  Object.assign(page, { view: storage.open(page, (key) => tell({ type: 'storage', key })) });
  client = mount();
  return page;
}
