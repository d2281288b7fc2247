import createClient from 'openapi-fetch';
import { expect, it } from 'vitest';
import { baseUrl, createScene } from '../support/scene.ts';

/** What openapi-typescript makes of an API description. */
interface paths {
  '/me': {
    get: { responses: { 200: { content: { 'application/json': { username: string } } } } };
  };
  '/echo': {
    post: {
      requestBody: { content: { 'application/json': { note: string } } };
      responses: { 200: { content: { 'application/json': { method: string } } } };
    };
  };
}

it('openapi-fetch needs no adapter: client.fetch is the fetch it asks for', async () => {
  const scene = createScene();
  const { client } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  const api = createClient<paths>({ baseUrl, fetch: client.fetch });
  scene.server.clock.advance('20m');
  const [first, second] = await Promise.all([api.GET('/me'), api.POST('/echo', { body: { note: 'hello' } })]);
  expect(first.data).toMatchObject({ username: 'ada' });
  expect(second.data).toMatchObject({ method: 'POST' });
  expect(scene.count('refresh')).toBe(1);
  scene.server.faults.next('echo', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  const again = await api.POST('/echo', { body: { note: 'hello' } });
  expect(again.data).toEqual(second.data);
  expect(scene.count('refresh')).toBe(2);
});
