import { authPlugin, useAuth } from '@latchkey/client/vue';
import { expect, it, onTestFinished, vi } from 'vitest';
import {
  type Component,
  createApp,
  createSSRApp,
  defineAsyncComponent,
  defineComponent,
  h,
  KeepAlive,
  nextTick,
  Suspense,
  watchEffect,
} from 'vue';
import { renderToString } from 'vue/server-renderer';
import { countListeners } from '../support/counted-listeners.ts';
import { eventually } from '../support/eventually.ts';
import { createScene } from '../support/scene.ts';
import Account from './account.vue';

const ada = { username: 'ada', password: 'ada-password' };

function openPage() {
  const scene = createScene();
  const { client, listeners } = countListeners(scene.open().client);
  return { scene, client, listeners, other: scene.open().client, box: document.createElement('div') };
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

// Kind: the first rendering in the browser is not what the server sent, because only the browser knows the session.

/** Renders on a server without a DOM, then hydrates in the page; gives what Vue complained about. */
async function hydrate(page: ReturnType<typeof openPage>, root: Component, rootInPage: Component = root) {
  page.client.adoptTokens(await page.scene.server.seedSession('ada'));
  vi.stubGlobal('document', undefined);
  const html = await renderToString(createSSRApp(root).use(authPlugin(page.client)));
  vi.unstubAllGlobals();
  const warnings: string[] = [];
  for (const level of ['warn', 'error'] as const) {
    const spy = vi.spyOn(console, level).mockImplementation((...said) => void warnings.push(said.join(' ')));
    onTestFinished(() => spy.mockRestore());
  }
  page.box.innerHTML = html;
  const app = createSSRApp(rootInPage).use(authPlugin(page.client));
  app.mount(page.box);
  onTestFinished(() => app.unmount());
  return { html, warnings };
}

it("hydrates a signed-in user's page with the guide's own template without a mismatch (OF2)", async () => {
  const page = openPage();
  const { html, warnings } = await hydrate(page, Account);
  expect(html).toContain('Please log in.');
  await nextTick();
  expect(page.box.textContent).toBe('adaLog out');
  expect(warnings).toEqual([]);
});

it('hydrates without a mismatch what hydrates late: below Suspense, KeepAlive, an async component (OF2)', async () => {
  const page = openPage();
  let arrive = (_: Component) => {};
  const Late = defineAsyncComponent(() => new Promise<Component>((resolve) => (arrive = resolve)));
  const AsyncSetup = defineComponent({
    async setup() {
      const { session } = useAuth();
      await Promise.resolve();
      return () => h('i', session.value.status);
    },
  });
  const around = (last: Component) =>
    defineComponent({
      render: () => h('main', [h(KeepAlive, () => h(Account)), h(Suspense, () => h(AsyncSetup)), h(last)]),
    });
  const { warnings } = await hydrate(page, around(Account), around(Late));
  await eventually(() => expect(page.box.textContent).toBe('adaLog outsigned-inPlease log in.'));
  arrive(Account);
  await eventually(() => expect(page.box.textContent).toBe('adaLog outsigned-inadaLog out'));
  expect(warnings).toEqual([]);
});

it('a component that is not hydrated knows the session from its first rendering on (OF2)', async () => {
  const page = openPage();
  page.client.adoptTokens(await page.scene.server.seedSession('ada'));
  const seen: unknown[] = [];
  const Page = defineComponent({
    setup() {
      const { session, hydrating } = useAuth();
      watchEffect(() => seen.push([session.value.status, hydrating.value]));
      return () => h('p', session.value.status);
    },
  });
  createApp(Page).use(authPlugin(page.client)).mount(page.box);
  await nextTick();
  expect(seen).toEqual([['signed-in', false]]);
});

it('a guard can wait until the session is known (OF2)', async () => {
  const page = openPage();
  const seen: unknown[] = [];
  const Page = defineComponent({
    setup() {
      const { session, hydrating } = useAuth();
      watchEffect(() => seen.push([session.value.status, hydrating.value]));
      return () => h('p', session.value.status);
    },
  });
  await hydrate(page, Page);
  await nextTick();
  expect(seen).toEqual([
    ['signed-out', true],
    ['signed-out', true],
    ['signed-in', false],
  ]);
});

it('on a server nobody is signed in, whatever an earlier request left in the client (OF2)', async () => {
  const page = openPage();
  page.client.adoptTokens(await page.scene.server.seedSession('ada'));
  vi.stubGlobal('document', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  for (let request = 0; request < 2; request++) {
    expect(await renderToString(createSSRApp(Account).use(authPlugin(page.client)))).not.toContain('ada');
  }
});

it('without the plugin it says what is missing', () => {
  expect(() => createApp({}).runWithContext(() => useAuth())).toThrow(/authPlugin/);
});
