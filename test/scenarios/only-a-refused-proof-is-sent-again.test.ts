import { expect, it } from 'vitest';
import { ada, boundScene } from '../support/bound-scene.ts';

it('a wrong password is sent once, also when the answer brings the next nonce', async () => {
  const { server, open, asked } = boundScene();
  const client = open();
  await client.login(ada);
  await client.logout();
  const before = asked('login');
  server.clock.advance('2m');
  await expect(client.login({ ...ada, password: 'wrong' })).rejects.toMatchObject({ error: 'invalid_grant' });
  expect(asked('login') - before).toBe(1);
});

for (const status of [400, 401]) {
  it(`what the API refuses with ${status} for a reason of its own is sent once, whatever nonce the answer brings`, async () => {
    let orders = 0;
    const { open } = boundScene(({ url }) => {
      if (!url.endsWith('/orders')) return null;
      orders += 1;
      const challenge = status === 401 && { 'www-authenticate': 'DPoP error="insufficient_scope"' };
      const headers = { 'dpop-nonce': `number-${orders}`, ...challenge };
      return Response.json({ error: 'out_of_stock' }, { status, headers });
    });
    const client = open();
    await client.login(ada);
    const { status: answered } = await client.fetch('orders', { method: 'POST', body: '{}' });
    expect([answered, orders]).toEqual([status, 1]);
  });
}

it('requests side by side all get through when their nonce has run out', async () => {
  const { server, open } = boundScene();
  const client = open();
  await client.login(ada);
  server.clock.advance('5m');
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.fetch('me')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
});
