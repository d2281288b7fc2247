import { setTimeout as pause } from 'node:timers/promises';
import type { RawTab } from '../test/support/browsers.ts';

export type Page = Extract<RawTab, { engine: 'chromium' }>['page'];

/** A request as it left the page. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Promise<string>;
}

/** What a visitor sees, and what the browser keeps. */
export interface Seen {
  readonly phase: string;
  readonly pill: string;
  readonly sentence: string;
  readonly next: string;
  readonly outcome: string;
  /** Newest first. */
  readonly wire: readonly { kind: string; status: string; text: string }[];
  readonly sessions: readonly { state: string; text: string }[];
  readonly storagePanel: string;
  /** All of localStorage. */
  readonly stored: Readonly<Record<string, string>>;
}

/** The demo as a visitor uses it, with an eye on what it sends. */
export interface Demo {
  readonly sent: readonly Sent[];
  /** Clicks the button of exactly this name. */
  press(name: string): Promise<void>;
  read(): Promise<Seen>;
  /** Waits until the page looks as described. */
  until(what: string, is: (seen: Seen) => boolean): Promise<Seen>;
}

/** The demo in Chromium, with an eye on the network. */
export interface DemoPage extends Demo {
  readonly page: Page;
}

const patience = 15_000;
const lookEvery = 25;

export function watchDemoPage(page: Page): DemoPage {
  const sent: Sent[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith('/api/') || request.isNavigationRequest()) return;
    sent.push({
      method: request.method(),
      path: pathname.slice('/api/'.length),
      authorization: request.headers()['authorization'],
      body: request.fetchPostData().then(
        (body) => body ?? '',
        () => '',
      ),
    });
  });
  const read = (): Promise<Seen> => page.evaluate(readPage);
  return {
    page,
    sent,
    read,
    async press(name) {
      await page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
    },
    until: (what, is) => untilSeen(() => read().catch(nothingWhileLoading), what, is),
  };
}

/** Looks again and again until the page looks as described. */
export async function untilSeen(
  look: () => Promise<Seen | null>,
  what: string,
  is: (seen: Seen) => boolean,
): Promise<Seen> {
  let seen: Seen | null = null;
  for (const end = Date.now() + patience; Date.now() < end; await pause(lookEvery)) {
    seen = await look();
    if (seen !== null && is(seen)) return seen;
  }
  throw new Error(`Waited in vain for: ${what}. The page says: “${seen?.sentence}” “${seen?.outcome}”`);
}

/** A page that is being loaded anew cannot be read; the next look finds the new one. */
function nothingWhileLoading(error: unknown): null {
  if (error instanceof Error && error.message.includes('context was destroyed')) return null;
  throw error;
}

/** Runs in the page. */
export function readPage(): Seen {
  // biome-ignore lint/performance/useDomNodeTextContent: what a visitor sees is the question, laid out as it is.
  const shown = (element: HTMLElement | null): string => element?.innerText.trim().replace(/\s+/g, ' ') ?? '';
  const text = (selector: string): string => shown(document.querySelector<HTMLElement>(selector));
  const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
  return {
    phase: document.querySelector<HTMLElement>('#state')?.dataset['phase'] ?? '',
    pill: text('#pill'),
    sentence: text('#sentence'),
    next: text('#next'),
    outcome: text('#outcome'),
    wire: all('#wire li').map((line) => ({
      kind: line.dataset['kind'] ?? '',
      status: line.dataset['status'] ?? '',
      text: shown(line),
    })),
    sessions: all('#server tbody tr').map((row) => ({
      state: row.dataset['state'] ?? '',
      text: shown(row),
    })),
    storagePanel: text('#storage'),
    stored: { ...localStorage },
  };
}
