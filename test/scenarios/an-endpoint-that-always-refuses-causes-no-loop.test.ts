import { expect, it, onTestFinished, vi } from 'vitest';
import { createScene } from '../support/scene.ts';

const urlOf = (input: RequestInfo | URL): string => (input instanceof Request ? input.url : String(input));

it('an endpoint that always answers 401 gets two requests and one refresh, and the session survives (R3, TST-19)', async () => {
  let weird = 0;
  const scene = createScene({}, (fetch) => async (input, init) => {
    if (!urlOf(input).includes('weird')) return fetch(input, init);
    weird += 1;
    return new Response('no', { status: 401 });
  });
  const { client, heard } = scene.open();
  client.adoptTokens(await scene.server.seedSession('ada'));
  expect((await client.fetch('weird')).status).toBe(401);
  expect(weird).toBe(2);
  expect(scene.count('refresh')).toBe(1);
  for (let again = 0; again < 10; again++) {
    scene.server.clock.advance(500);
    expect((await client.fetch('weird')).status).toBe(401);
  }
  expect(scene.count('refresh')).toBe(1);
  expect(heard).not.toContain('signed-out');
  expect((await client.fetch('me')).status).toBe(200);

  // The same over many addresses: the refreshes stop after the third that did not help.
  for (let id = 0; id < 30; id++) expect((await client.fetch(`weird/${id}`)).status).toBe(401);
  expect(scene.count('refresh')).toBeLessThanOrEqual(3);
});

for (const [what, response] of Object.entries({
  'a 403': () => new Response(null, { status: 403 }),
  'a 401 for want of a scope': () =>
    new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } }),
  'a step-up challenge': () =>
    new Response(null, {
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="insufficient_user_authentication", max_age="600"' },
    }),
})) {
  it(`${what} is no expiry (I2, F11)`, async () => {
    const scene = createScene(
      {},
      (fetch) => async (input, init) => (urlOf(input).includes('weird') ? response() : fetch(input, init)),
    );
    const { client } = scene.open();
    client.adoptTokens(await scene.server.seedSession('ada'));
    await client.fetch('weird');
    expect(scene.count('refresh')).toBe(0);
  });
}

it('the application can say which answer means expired, and still read the body (I2)', async () => {
  let first = true;
  const scene = createScene({}, (fetch) => async (input, init) => {
    if (!urlOf(input).includes('graphql')) return fetch(input, init);
    const body = first ? { errors: [{ code: 'UNAUTHENTICATED' }] } : { data: 1 };
    first = false;
    return Response.json(body);
  });
  const { client } = scene.open({
    isTokenExpired: async (response) => JSON.stringify(await response.json()).includes('UNAUTHENTICATED'),
  });
  client.adoptTokens(await scene.server.seedSession('ada'));
  expect(await (await client.fetch('graphql')).json()).toEqual({ data: 1 });
  expect(scene.count('refresh')).toBe(1);
});

for (const [what, answer] of Object.entries({
  'a page': () => new Response('<p>no</p>', { status: 502, headers: { 'content-type': 'text/html' } }),
  nothing: () => new Response(null, { status: 413 }),
  null: () => Response.json(null),
})) {
  it(`an answer of ${what}, over which the verdict of the application throws, is that answer, and the mistake is reported (I2, D1)`, async () => {
    const thrown: unknown[] = [];
    const caught = (reason: unknown): void => void thrown.push(reason);
    process.on('uncaughtException', caught);
    onTestFinished(() => void process.off('uncaughtException', caught));
    const scene = createScene(
      {},
      (fetch) => async (input, init) => (urlOf(input).includes('graphql') ? answer() : fetch(input, init)),
    );
    const { client } = scene.open({
      isTokenExpired: async (response) => (await response.json()).errors === 'UNAUTHENTICATED',
    });
    client.adoptTokens(await scene.server.seedSession('ada'));
    const response = await client.fetch('graphql', { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([answer().status, await answer().text()]);
    expect(scene.count('refresh')).toBe(0);
    await vi.waitFor(() => expect(thrown).toHaveLength(1));
  });
}

it('a visitor without a session causes no refresh (R5)', async () => {
  const scene = createScene();
  const { client } = scene.open();
  expect((await client.fetch('me')).status).toBe(401);
  expect(scene.count('refresh')).toBe(0);
});
