// Every function is run in the page, and has nothing but what is there: no imports, no constants of this file.

interface GrowthPage {
  Latchkey: typeof import('@latchkey/client');
  client: import('@latchkey/client').AuthClient;
  clock: { ahead: number };
}
declare const client: GrowthPage['client'];
declare const clock: GrowthPage['clock'];
declare const Latchkey: GrowthPage['Latchkey'];

/** A client on a network that answers at once. */
export function openClient(): void {
  const pair = { expires_in: 1_200, refresh_token_timeout: 604_800 };
  let pairs = 0;
  window.fetch = async (...given) => {
    const { url } = new Request(...given);
    if (url.endsWith('/api/item')) return new Response('{}');
    if (url.endsWith('/api/never')) return new Promise(() => {});
    pairs += 1;
    return Response.json({ ...pair, access_token: `access-${pairs}`, refresh_token: `refresh-${pairs}` });
  };
  const clock = { ahead: 0 };
  const platform = { now: () => Date.now() + clock.ahead };
  Object.assign(window, { clock, client: Latchkey.createAuthClient({ baseUrl: location.origin, platform }) });
}

export function signIn(accessToken: string, refreshToken: string): void {
  client.adoptTokens({ access_token: accessToken, refresh_token: refreshToken, expires_in: 1_200 });
}

/** One after the other, in parts: microseconds of one in each part. */
export async function requests(count: number, part: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += part) {
    const start = performance.now();
    for (let m = 0; m < part; m++) await client.fetch('/api/item');
    times.push(((performance.now() - start) * 1_000) / part);
  }
  return times;
}

export function leaveWaiting(count: number): void {
  for (let n = 0; n < count; n++) void client.fetch('/api/never');
}

/** So many at once on an expired token, which all wait for one refresh. */
export async function expireWith(count: number, times: number): Promise<number[]> {
  const results: number[] = [];
  for (let n = 0; n < times; n++) {
    clock.ahead += 1_201_000;
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: count }, () => client.fetch('/api/item')));
    results.push(((performance.now() - start) * 1_000) / count);
    if (answers.some(({ ok }) => !ok)) throw new Error('Not all were answered.');
  }
  return results;
}

/** So many listeners added and taken away again, and what each of them cost. */
export function comeAndGo(count: number, times: number): number[] {
  const results: number[] = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    const stops = Array.from({ length: count }, () => client.subscribe(() => {}));
    for (const stop of stops) stop();
    results.push(((performance.now() - start) * 1_000) / count);
  }
  return results;
}

/** These stay. */
export function listen(count: number): void {
  for (let n = 0; n < count; n++) client.subscribe(() => {});
}
