import { isAuthError } from '@latchkey/client';
import { AuthProvider } from '@latchkey/client/react';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createScene } from '../support/scene.ts';
import { forgetOnSignOut, retryWhatMayHelp } from './query-cache.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

it('signing out, here or in another tab, empties the cache: the next user sees nothing of the last one', async () => {
  const scene = createScene();
  const { client } = scene.open();
  const other = scene.open().client;
  const queries = new QueryClient({ defaultOptions: { queries: { retry: retryWhatMayHelp } } });
  onTestFinished(forgetOnSignOut(client, queries));
  const me = async () => (await client.api.get('me').json<{ username: string }>()).username;
  const box = document.createElement('div');
  const Me = () => h('p', null, useQuery({ queryKey: ['me'], queryFn: me }).data ?? 'nothing');
  const root = createRoot(box);
  onTestFinished(() => act(async () => root.unmount()));

  await act(() => client.login({ username: 'ada', password: 'ada-password' }));
  await act(async () => root.render(h(QueryClientProvider, { client: queries }, h(AuthProvider, { client }, h(Me)))));
  await eventually(() => act(async () => expect(box.textContent).toBe('ada')));
  await act(() => other.login({ username: 'bob', password: 'bob-password' }));
  expect(queries.getQueryData(['me'])).not.toBe('ada');
  await eventually(() => act(async () => expect(box.textContent).toBe('bob')));
  await act(() => client.logout());
  expect(queries.getQueryData(['me'])).toBeUndefined();
});

it('tries again only what may help', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  scene.server.clock.advance('8d');
  const error = await client.fetch('me').then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(isAuthError(error)).toBe(true);
  expect(retryWhatMayHelp(0, error)).toBe(false);
  expect(retryWhatMayHelp(0, new Error('anything else'))).toBe(true);
  expect(retryWhatMayHelp(3, new Error('anything else'))).toBe(false);
});
