import { expect, it } from 'vitest';
import { signedIn } from '../support/scene.ts';

it('fifty requests on an expired token cause one refresh and get fifty answers', async () => {
  const { server, client, count } = await signedIn();
  server.clock.advance('20m');
  const responses = await Promise.all(Array.from({ length: 50 }, () => client.fetch('me')));
  expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(count('refresh')).toBe(1);
  expect(server.requests.filter(({ status }) => status === 401)).toHaveLength(0);
});

it('fifty requests that are told their token has expired cause one refresh and get fifty answers (R1)', async () => {
  const { server, client, count } = await signedIn();
  // The key behind the access token is gone at once: the API answers 401 although the token looks fresh.
  await server.keys.rotate({ immediately: true });
  const refreshing = client.refresh();
  const responses = await Promise.all(Array.from({ length: 50 }, () => client.fetch('me')));
  await refreshing;
  expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(count('refresh')).toBe(1);
});
