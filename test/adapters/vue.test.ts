import { authPlugin, useAuth } from '@latchkey/client/vue';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createApp, createSSRApp, nextTick } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { countListeners } from '../support/counted-listeners.ts';
import { eventually } from '../support/eventually.ts';
import { createScene } from '../support/scene.ts';
import Account from './account.vue';

const ada = { username: 'ada', password: 'ada-password' };

function openPage() {
  const scene = createScene();
  const { client, listeners } = countListeners(scene.open().client);
  return { client, listeners, other: scene.open().client, box: document.createElement('div') };
}

it('a component shows the session and follows it, here and in another tab', async () => {
  const { client, other, box } = openPage();
  const app = createApp(Account).use(authPlugin(client));
  app.mount(box);
  expect(box.textContent).toBe('Please log in.');
  await client.login(ada);
  await nextTick();
  expect(box.textContent).toBe('adaLog out');
  await other.logout();
  await eventually(() => expect(box.textContent).toBe('Please log in.'));
  await other.login(ada);
  await eventually(() => expect(box.textContent).toBe('adaLog out'));
  box.querySelector('button')?.click();
  await nextTick();
  expect(box.textContent).toBe('Please log in.');
  app.unmount();
});

it('listens once for all components, until the application is unmounted', () => {
  const { client, listeners, box } = openPage();
  const app = createApp({ components: { Account }, template: '<Account/><Account/>' }).use(authPlugin(client));
  app.mount(box);
  expect(listeners()).toBe(1);
  app.unmount();
  expect(listeners()).toBe(0);
});

it('renders on a server, where nothing is ever unmounted, without a listener left behind', async () => {
  const { client, listeners } = openPage();
  vi.stubGlobal('document', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(await renderToString(createSSRApp(Account).use(authPlugin(client)))).toContain('Please log in.');
  expect(listeners()).toBe(0);
});

it('without the plugin it says what is missing', () => {
  expect(() => createApp({}).runWithContext(() => useAuth())).toThrow(/authPlugin/);
});
