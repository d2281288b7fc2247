import type { Browser } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import { minutes20, setStage } from '../stage.ts';

export interface Start {
  /** Milliseconds from the script's first byte to the first request of the application, one number per start. */
  readonly times: readonly number[];
  /** Paths that were asked for before that request. */
  readonly before: readonly string[];
  /** The most timers that were set before that request. */
  readonly timers: number;
  /** Whether the first request carried the token. */
  readonly isAuthorized: boolean;
}

interface Told {
  readonly took: number;
  readonly asked: readonly string[];
  readonly timers: number;
  readonly authorization: string | null;
}

const starts = 10;

/** A page that evaluates the script, starts the application and sends one request, and tells when that leaves. */
const frame = (code: string): string => `<!doctype html><meta charset="utf-8"><script>
const asked = [];
let timers = 0;
for (const name of ['setTimeout', 'setInterval']) {
  const set = window[name];
  window[name] = (...given) => (timers++, set(...given));
}
let begun;
window.fetch = async (...given) => {
  const left = performance.now();
  const { url, headers } = new Request(...given);
  const { pathname } = new URL(url);
  if (pathname.endsWith('/api/item'))
    parent.postMessage({ took: left - begun, asked, timers, authorization: headers.get('authorization') }, '*');
  asked.push(pathname);
  return new Response('{}', { headers: { 'content-type': 'application/json' } });
};
begun = performance.now();
</script><script>${code.replaceAll('</script', '<\\/script')}</script><script>
(async () => (await contender.open(location.origin))('/api/item'))();
</script>`;

async function startOnce(): Promise<Told> {
  const frame = document.createElement('iframe');
  const told = new Promise<Told>((resolve, reject) => {
    addEventListener('message', ({ data }) => resolve(data as Told), { once: true });
    setTimeout(() => reject(new Error('It sent no request in ten seconds.')), 10_000);
  });
  frame.src = '/frame';
  document.body.append(frame);
  const result = await told;
  frame.remove();
  return result;
}

/** Everything is in the cache of the browser already, as in a page that is opened again. */
export async function measureStart(
  browser: Browser,
  bundles: readonly Bundle[],
  rounds: number,
  cannot: (name: ContenderName, error: Error) => void,
): Promise<Partial<Record<ContenderName, Start>>> {
  const all: Partial<Record<ContenderName, Start[]>> = {};
  const tab = await browser.openTab();
  for (let round = 0; round < rounds; round++) {
    for (const bundle of bundles) {
      const stage = await setStage(bundle, { exact: true });
      stage.server.serve('/frame', 'text/html', frame(bundle.code));
      try {
        const { accessToken } = await stage.seed(tab, minutes20);
        await tab.goto(stage.blank);
        const told: Told[] = [];
        for (let n = 0; n < starts; n++) told.push(await tab.evaluate(startOnce));
        const start: Start = {
          times: told.map(({ took }) => took),
          before: told.flatMap(({ asked }) => asked),
          timers: Math.max(...told.map(({ timers }) => timers)),
          isAuthorized: told.every(({ authorization }) => authorization === `Bearer ${accessToken}`),
        };
        all[bundle.name] = [...(all[bundle.name] ?? []), start];
      } catch (error) {
        cannot(bundle.name, error as Error);
      }
      await stage.close();
    }
  }
  await tab.close();
  return Object.fromEntries(
    Object.entries(all).map(([name, parts]) => [
      name,
      {
        times: parts.flatMap(({ times }) => times),
        before: [...new Set(parts.flatMap(({ before }) => before))],
        timers: Math.max(...parts.map(({ timers }) => timers)),
        isAuthorized: parts.every(({ isAuthorized }) => isAuthorized),
      },
    ]),
  );
}
