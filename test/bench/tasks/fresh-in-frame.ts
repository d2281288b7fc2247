import type { ContenderPage, Sender } from '../contender.ts';
import type { Network } from './fresh.ts';

interface FreshFrame {
  contender: ContenderPage['contender'];
  send: Sender;
  network: { kind: Network; calls: number; given: Parameters<typeof fetch>; answer: Response };
}
declare const contender: FreshFrame['contender'];
declare const send: FreshFrame['send'];
declare const network: FreshFrame['network'];

export const stubNetwork = (): void => {
  const json = { headers: { 'content-type': 'application/json' } };
  Object.assign(window, { network: { kind: 'whole', calls: 0 } });
  window.fetch = async (...given) => {
    network.calls += 1;
    network.given = network.kind === 'whole' ? [new Request(...given)] : given;
    network.answer = new Response('{"data":{}}', json);
    return network.answer;
  };
};

/** Only after the stub, so that nobody can have kept the real network. */
export function load(code: string): void {
  const script = document.createElement('script');
  script.textContent = code;
  document.head.append(script);
}

/** One after the other, because that is how their cost adds up. */
export async function measure(kind: Network, ahead: number, count: number, token: string): Promise<number> {
  Object.assign(network, { kind, calls: 0 });
  const isRead = kind === 'whole';
  let start = 0;
  for (let n = -ahead; n < count; n++) {
    if (n === 0) start = performance.now();
    const answer = await send('/api/item');
    if (isRead && answer.json) await answer.json();
  }
  const took = performance.now() - start;
  const { url, headers } = new Request(...network.given);
  if (network.calls !== ahead + count)
    throw new Error(`${network.calls} calls of fetch for ${ahead + count} requests.`);
  if (!url.endsWith('/api/item') || headers.get('authorization') !== `Bearer ${token}`)
    throw new Error(`No request with the token: ${url}`);
  if (isRead && !network.answer.bodyUsed) throw new Error('The answer was not read.');
  return (took * 1_000) / count;
}

export const seed = async (...given: Parameters<FreshFrame['contender']['seed']>): Promise<void> =>
  void (await contender.seed(...given));

export const start = async (api: string): Promise<void> =>
  void Object.assign(window, { send: await contender.open(api) });
