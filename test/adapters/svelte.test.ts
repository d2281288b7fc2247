import { flushSync, mount, unmount } from 'svelte';
import { fromStore, get, toStore } from 'svelte/store';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import Account from './account.svelte';
import { auth, client, listeners, other } from './auth.ts';

const ada = { username: 'ada', password: 'ada-password' };

it('a component shows the session and follows it, here and in another tab; none listens after it is gone', async () => {
  const target = document.body.appendChild(document.createElement('div'));
  const shown = () => {
    flushSync();
    return target.textContent?.trim().replace(/\s+/g, ' ');
  };
  const components = [mount(Account, { target }), mount(Account, { target: document.createElement('div') })];
  expect(shown()).toBe('Please log in.');
  expect(listeners()).toBe(1);
  await auth.login(ada);
  expect(shown()).toBe('ada Log out');
  await other.logout();
  await eventually(() => expect(shown()).toBe('Please log in.'));
  await other.login(ada);
  await eventually(() => expect(shown()).toBe('ada Log out'));
  target.querySelector('button')?.click();
  expect(shown()).toBe('Please log in.');
  for (const component of components) await unmount(component);
  await eventually(() => expect(listeners()).toBe(0));
});

it('is read outside of components as it is, and makes a store where one is wanted', async () => {
  const store = toStore(() => auth.session);
  const seen: string[] = [];
  const stop = store.subscribe(({ status }) => seen.push(status));
  await client.login(ada);
  flushSync();
  await client.logout();
  flushSync();
  stop();
  expect(seen).toEqual(['signed-out', 'signed-in', 'signed-out']);
  expect(auth.session).toBe(client.session);
  expect(get(store)).toBe(client.session);
  expect(fromStore(store).current).toBe(client.session);
});

it('a client alone is no store: Svelte wants to be called at once', () => {
  const seen: unknown[] = [];
  client.subscribe((session) => seen.push(session))();
  expect(seen).toEqual([]);
});
