import type { AuthClient } from '@latchkey/client';
import { AuthProvider, useAuth, useRequireSession } from '@latchkey/client/react';
import {
  act,
  createElement as h,
  type ReactNode,
  StrictMode,
  Suspense,
  startTransition,
  use,
  useEffect,
  useState,
} from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, it, onTestFinished } from 'vitest';
import { countListeners } from '../support/counted-listeners.ts';
import { eventually } from '../support/eventually.ts';
import { createScene } from '../support/scene.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ada = { username: 'ada', password: 'ada-password' };

const Account = () => {
  const { session, logout } = useAuth();
  return session.status === 'signed-in'
    ? h('button', { type: 'button', onClick: () => void logout() }, session.claims?.sub)
    : h('p', null, session.status);
};

/** Two tabs of the application; React is in the first. */
function openPage() {
  const scene = createScene();
  const { client, listeners } = countListeners(scene.open().client);
  const other = scene.open().client;
  const box = document.body.appendChild(document.createElement('div'));
  const roots: Root[] = [];
  const unmount = () => act(async () => void roots.splice(0).map((root) => root.unmount()));
  onTestFinished(async () => {
    await unmount();
    box.remove();
  });
  return {
    scene,
    client,
    other,
    listeners,
    box,
    unmount,
    render: (children: ReactNode) =>
      act(async () => {
        const root = roots[0] ?? createRoot(box);
        roots[0] = root;
        root.render(h(StrictMode, null, h(AuthProvider, { client }, children)));
      }),
    async hydrate(children: ReactNode) {
      const tree = h(StrictMode, null, h(AuthProvider, { client }, children));
      box.innerHTML = renderToString(tree);
      const html = box.innerHTML;
      const errors: unknown[] = [];
      await act(async () => {
        roots[0] = hydrateRoot(box, tree, { onRecoverableError: (error) => errors.push(error) });
      });
      return { html, errors };
    },
  };
}

it('a component shows the session and follows it, here and in another tab', async () => {
  const { client, other, box, render } = openPage();
  await render(h(Account));
  expect(box.textContent).toBe('signed-out');
  await act(() => client.login(ada));
  expect(box.textContent).toBe('ada');
  await act(() => other.logout());
  await eventually(() => expect(box.textContent).toBe('signed-out'));
  await act(() => other.login(ada));
  await eventually(() => expect(box.textContent).toBe('ada'));
  await act(async () => box.querySelector('button')?.click());
  expect(box.textContent).toBe('signed-out');
});

it('in StrictMode each component listens once, and none after it is gone', async () => {
  const { listeners, render, unmount } = openPage();
  await render([h(Account, { key: 1 }), h(Account, { key: 2 })]);
  expect(listeners()).toBe(2);
  await render(null);
  expect(listeners()).toBe(0);
  await render(h(Account));
  await unmount();
  expect(listeners()).toBe(0);
});

it('what suspends meanwhile shows the session as it is when it comes back', async () => {
  const { client, box, render } = openPage();
  let arrive = (_: string) => {};
  const order = new Promise<string>((resolve) => {
    arrive = resolve;
  });
  let show = () => {};
  const Order = () => {
    const { session } = useAuth();
    return h('p', null, `${use(order)} for ${session.status}`);
  };
  const Page = () => {
    const [shown, setShown] = useState(false);
    show = () => startTransition(() => setShown(true));
    return h(Suspense, { fallback: 'loading' }, h(Account), shown && h(Order));
  };
  await render(h(Page));
  await act(async () => show());
  await act(() => client.login(ada));
  expect(box.textContent).toMatch(/^(ada|loading)$/);
  await act(async () => arrive('an order'));
  expect(box.textContent).toBe('adaan order for signed-in');
});

it('on the server and while hydrating nobody is signed in, and then the session is there, without a mismatch', async () => {
  const { scene, client, box, hydrate } = openPage();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const { html, errors } = await hydrate(h(Account));
  expect(html).toBe('<p>signed-out</p>');
  expect(errors).toEqual([]);
  expect(box.textContent).toBe('ada');
});

// Kind: what a component is told before its page knows the session is taken for the session.

/** A page for signed-in users; `gone` has the statuses with which it sent somebody to the login. */
function guardedPage() {
  const gone: string[] = [];
  const Guarded = () =>
    useRequireSession((session) => gone.push(session.status)) ? h('p', null, 'secret') : h('p', null, 'not yet');
  return { gone, Guarded };
}

it('a guard lets a signed-in user stay on a hard load, and shows nothing before it knows (OF1)', async () => {
  const { scene, client, box, hydrate } = openPage();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const { gone, Guarded } = guardedPage();
  const { html, errors } = await hydrate(h(Guarded));
  expect(html).toBe('<p>not yet</p>');
  expect(box.textContent).toBe('secret');
  expect(gone).toEqual([]);
  expect(errors).toEqual([]);
});

it('a guard sends a signed-out user to the login once, on a hard load and without one (OF1)', async () => {
  for (const how of ['hydrate', 'render'] as const) {
    const page = openPage();
    const { gone, Guarded } = guardedPage();
    await page[how](h(Guarded));
    expect(page.box.textContent).toBe('not yet');
    expect(gone).toEqual(['signed-out']);
  }
});

it('a guard sees a session end later, in another tab or by its window, once for each time (OF1)', async () => {
  const { scene, client, other, render } = openPage();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const { gone, Guarded } = guardedPage();
  await render(h(Guarded));
  expect(gone).toEqual([]);
  await act(() => other.logout());
  await eventually(() => expect(gone).toEqual(['signed-out']));
  await render(h(Guarded));
  await act(() => client.login(ada));
  await act(async () => void (await scene.server.clock.advance('8d')));
  await eventually(() => expect(gone).toEqual(['signed-out', 'lapsed']));
});

it('a guard in a page that suspends while it hydrates waits for it (OF1)', async () => {
  const { scene, client, box, hydrate } = openPage();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const { gone, Guarded } = guardedPage();
  await hydrate(h(Suspense, { fallback: 'loading' }, h(Guarded)));
  await eventually(() => expect(box.textContent).toBe('secret'));
  expect(gone).toEqual([]);
});

it('an effect of one’s own can ask whether the session is known yet (OF1)', async () => {
  const { scene, client, hydrate } = openPage();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const seen: unknown[] = [];
  const Page = () => {
    const { session, hydrating } = useAuth();
    useEffect(() => void seen.push([session.status, hydrating]), [session, hydrating]);
    return null;
  };
  await hydrate(h(Page));
  expect(seen.at(0)).toEqual(['signed-out', true]);
  expect(seen.at(-1)).toEqual(['signed-in', false]);
  expect(seen).not.toContainEqual(['signed-out', false]);
});

it('nothing renders again that does not show a change, and the value is the same object until then', async () => {
  const { scene, client, render } = openPage();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const seen: unknown[] = [];
  const Watcher = () => {
    seen.push(useAuth());
    return null;
  };
  await render(h(Watcher));
  const before = seen.length;
  scene.server.faults.next('refresh', { status: 503 });
  await act(() => client.refresh().catch(() => {}));
  expect(seen).toHaveLength(before);
  await render(h(Watcher));
  expect(seen.length).toBeGreaterThan(before);
  expect(new Set(seen).size).toBe(1);
});

it('without a provider it says what is missing', () => {
  expect(() => renderToString(h(Account))).toThrow(/<AuthProvider>/);
});

it('hands out the client that was given, api and all', async () => {
  const { client, render } = openPage();
  let found: AuthClient | undefined;
  const Finder = () => {
    found = useAuth<AuthClient>().client;
    return null;
  };
  await render(h(Finder));
  expect(found).toBe(client);
  expect(typeof found?.api.get).toBe('function');
});
