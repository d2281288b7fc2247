import { expect, it, vi } from 'vitest';
import { signedIn } from '../support/scene.ts';

it('ten stragglers that are refused with the old token are sent again with the new one, without a refresh (R1)', async () => {
  const { server, client, count } = await signedIn();
  await server.keys.rotate({ immediately: true });
  for (let late = 1; late <= 10; late++) server.faults.next('me', { delay: late * 100 });
  const stragglers = Promise.all(Array.from({ length: 10 }, () => client.fetch('me')));
  await vi.waitFor(() => expect(count('me')).toBe(10));
  await client.refresh();
  expect(count('refresh')).toBe(1);
  for (let late = 1; late <= 10; late++) {
    server.clock.advance(100);
    await new Promise(setImmediate);
  }
  expect((await stragglers).map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(count('refresh')).toBe(1);
});
