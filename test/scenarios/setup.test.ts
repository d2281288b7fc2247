import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { network } from '../support/network.ts';

// What the set-up of all scenarios promises; `fails` turns the failure that is wanted into a pass.

test.fails('a rejection that nobody handles fails its test', () => {
  void Promise.reject(new Error('unseen'));
});

test.fails('a request that nothing handles fails its test, even when its error is swallowed', async () => {
  await fetch('https://elsewhere.test/').catch(() => undefined);
});

test('a page has a document, storage and the network of Node', async () => {
  network.use(http.post('https://api.test/', async ({ request }) => HttpResponse.text(await request.text())));
  const request = new Request('https://api.test/', {
    method: 'POST',
    body: 'hello',
    signal: new AbortController().signal,
  });
  expect(await (await fetch(request)).text()).toBe('hello');
  expect(document.visibilityState).toBe('visible');
  localStorage.setItem('left', 'behind');
});

test('a test starts with empty storage and no handler of the last one', () => {
  expect(localStorage.getItem('left')).toBe(null);
  expect(network.listHandlers()).toEqual([]);
});
