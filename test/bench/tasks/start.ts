import type { Browser } from '../../support/browsers.ts';
import type { Bundle, ContenderName } from '../bundles.ts';
import { minutes20, setStage } from '../stage.ts';

export interface StartTimes {
  /** Milliseconds from the script's first byte to the first request of the application, one number per start. */
  readonly times: readonly number[];
  /** Paths that were asked for before that request. */
  readonly before: readonly string[];
}

const starts = 15;

/** A page that evaluates the script, starts the application and sends one request, and tells when that leaves. */
const frame = (code: string): string => `<!doctype html><meta charset="utf-8"><script>
const asked = [];
let begun;
window.fetch = async (input) => {
  const path = new URL(input.url ?? input, location.origin).pathname;
  if (path === '/api/item') parent.postMessage({ took: performance.now() - begun, asked }, '*');
  asked.push(path);
  return new Response('{}');
};
begun = performance.now();
</script><script>${code.replaceAll('</script', '<\\/script')}</script><script>
(async () => (await contender.open(location.origin))('/api/item'))();
</script>`;

async function startOnce(): Promise<{ took: number; asked: string[] }> {
  const frame = document.createElement('iframe');
  const told = new Promise<{ took: number; asked: string[] }>((resolve) => {
    addEventListener('message', ({ data }) => resolve(data as { took: number; asked: string[] }), { once: true });
  });
  frame.src = '/frame';
  document.body.append(frame);
  const result = await told;
  frame.remove();
  return result;
}

export async function measureStart(
  browser: Browser,
  bundles: readonly Bundle[],
  rounds: number,
): Promise<Partial<Record<ContenderName, StartTimes>>> {
  const results: Partial<Record<ContenderName, { times: number[]; before: Set<string> }>> = {};
  const tab = await browser.openTab();
  for (let round = 0; round < rounds; round++) {
    for (const bundle of bundles) {
      const stage = await setStage(bundle);
      stage.server.serve('/frame', 'text/html', frame(bundle.code));
      await stage.seed(tab, minutes20);
      await tab.goto(stage.blank);
      const result = results[bundle.name] ?? { times: [], before: new Set() };
      results[bundle.name] = result;
      for (let n = 0; n < starts; n++) {
        const { took, asked } = await tab.evaluate(startOnce);
        result.times.push(took);
        for (const path of asked) result.before.add(path);
      }
      await stage.close();
    }
  }
  await tab.close();
  return Object.fromEntries(
    Object.entries(results).map(([name, { times, before }]) => [name, { times, before: [...before] }]),
  );
}
