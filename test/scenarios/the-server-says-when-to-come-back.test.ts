import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { createScene, live, signedIn } from '../support/scene.ts';

for (const [seconds, least, most] of [
  [45, 30_000, 45_000],
  [3600, 60_000, 60_000],
] as const) {
  it(`a date ${seconds} s ahead counts also where the page cannot read when the answer was sent, for a minute at most: the clock of the device may be wrong (N6)`, async () => {
    // Across origins, a page reads no `Date` that the server does not expose.
    const scene = createScene({ clock: manualClock(Date.now()) }, (fetch) => async (input, init) => {
      const request = new Request(input, init);
      if (!request.url.endsWith('/refresh')) return fetch(request);
      const at = new Date(Date.now() + seconds * 1000).toUTCString();
      return new Response(null, { status: 429, headers: { 'retry-after': at } });
    });
    const { client } = scene.open();
    client.adoptTokens(await scene.server.seedSession('ada'));
    scene.server.clock.advance('20m');
    const error = await client.fetch('me').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'RefreshUnavailableError', status: 429 });
    const { retryAfter } = error as { retryAfter: number };
    expect(retryAfter).toBeGreaterThanOrEqual(least);
    expect(retryAfter).toBeLessThanOrEqual(most);
  });
}

it('a server that asks for no pause is not asked again and again without one (R5)', async () => {
  const scene = await signedIn({ clock: manualClock() });
  scene.server.clock.advance('20m');
  scene.server.faults.next('refresh', { status: 503, headers: { 'retry-after': '0' } }, Number.POSITIVE_INFINITY);
  const calls: Promise<unknown>[] = [];
  for (let count = 0; count < 50; count++) {
    calls.push(scene.client.fetch('me').catch(({ name }: Error) => name));
    await live(scene, 100, 100);
  }
  expect(scene.count('refresh')).toBeLessThanOrEqual(4);
  await live(scene, 10_000, 500);
  expect(await Promise.all(calls)).toEqual(Array(50).fill('RefreshUnavailableError'));
});
