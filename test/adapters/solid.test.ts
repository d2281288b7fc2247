import { createEffect, createRoot, from } from 'solid-js';
import { expect, it } from 'vitest';
import { countListeners } from '../support/counted-listeners.ts';
import { eventually } from '../support/eventually.ts';
import { createScene } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };

it('Solid needs no adapter: from(client, client.session) is an accessor of the session', async () => {
  const scene = createScene();
  const { client, listeners } = countListeners(scene.open().client);
  const other = scene.open().client;
  const seen: string[] = [];
  const dispose = createRoot((dispose) => {
    const session = from(client, client.session);
    createEffect(() => seen.push(session().status));
    return dispose;
  });
  await client.login(ada);
  await other.logout();
  await eventually(() => expect(seen).toEqual(['signed-out', 'signed-in', 'signed-out']));
  expect(listeners()).toBe(1);
  dispose();
  expect(listeners()).toBe(0);
  await client.login(ada);
  expect(seen).toHaveLength(3);
});
