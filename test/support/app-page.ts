/** What the application page adds to `window`. */
export interface AppWindow {
  Latchkey: typeof import('@latchkey/client');
  /** Makes `client`: one of the site's API, in the page's time; what it tells is kept in `events`. */
  startClient(options?: object): void;
  client: import('@latchkey/client').AuthClient;
  events: AppEvent[];
  /** Milliseconds that this page's time is ahead of the machine's. */
  ahead: number;
  /** Fires the timers of more than a second that are due in the page's time: they do not fire by themselves. */
  fireTimers(): void;
  /** Errors and rejections that nobody handled. */
  faults: string[];
}

/** What a listener heard: the event, and the status of the session it came with. */
export interface AppEvent {
  readonly type: string;
  readonly status: string;
  /** When, in the page's time. */
  readonly at: number;
  readonly origin: 'this-tab' | 'other-tab';
  readonly reason?: string;
  readonly server?: string;
  readonly msLeft?: number;
  readonly from?: string | null;
  readonly to?: string | null;
}

export interface AppPage {
  readonly api: string;
  readonly ahead: number;
  /** Runs before all other scripts. */
  readonly before?: (() => void) | string | undefined;
}

/** The scripts of the application page. */
export const appHead = ({ api, ahead, before }: AppPage): string => `
<script>${typeof before === 'function' ? `(${before.toString()})();` : (before ?? '')}</script>
<script src="/leak-watch.js"></script>
<script src="/latchkey.js"></script>
<script>
window.ahead = ${ahead};
window.events = [];
window.faults = [];
addEventListener('error', ({ message }) => faults.push(message));
addEventListener('unhandledrejection', ({ reason }) => faults.push('unhandled rejection: ' + reason));
{
  const timers = new Set();
  const now = () => Date.now() + ahead;
  const setTimer = (callback, delay) => {
    if (delay <= 1000) {
      const id = setTimeout(callback, delay);
      return () => clearTimeout(id);
    }
    const timer = { at: now() + delay, callback };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  window.fireTimers = () => {
    for (const timer of [...timers]) if (timer.at <= now() && timers.delete(timer)) timer.callback();
  };
  window.startClient = ({ platform, byHand = false, ...options } = {}) => {
    const created = Latchkey.createAuthClient({
      baseUrl: '${api}',
      ...options,
      platform: { now, ...(byHand && { setTimer, locks: navigator.locks }), ...platform },
    });
    window.client = window[Symbol.for('overhear client')](created, options.storageKey);
    client.subscribe(({ status }, event) => events.push({ ...event, error: event.error?.code, status, at: now() }));
  };
}
</script>`;

export const setAhead = (ahead: number): void => {
  (window as unknown as AppWindow).ahead = ahead;
};
