import { jsonProtocol } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };

for (const delay of [6000, 9000]) {
  it(`an application that was told "pending" hears of the answer that takes ${delay} ms, once (L2)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const { client, heard } = scene.open();
    await client.login(ada);
    scene.server.faults.next('logout', { delay }, Number.POSITIVE_INFINITY);
    const leaving = client.logout();
    await live(scene, 60_000, 500);
    expect(await leaving).toEqual({ local: 'cleared', server: 'pending' });
    expect(scene.profile.stored.size).toBe(0);
    expect(heard.filter((type) => type === 'revocation-delivered')).toHaveLength(1);
  });
}

it('an answer in time is the result, and no event (L1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { client, heard } = scene.open();
  await client.login(ada);
  expect((await client.logout()).server).toBe('revoked');
  await live(scene, 60_000, 1000);
  expect(heard).not.toContain('revocation-delivered');
});

for (const where of ['the same tab', 'another tab'] as const) {
  it(`a logout in ${where} while the server has not heard of the first is pending, too (L1, L2)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const [tab, other] = [scene.open(), scene.open()];
    await tab.client.login(ada);
    await atRest(scene);
    scene.server.faults.next('logout', { networkError: true });
    expect((await tab.client.logout()).server).toBe('pending');
    const again = where === 'another tab' ? other : tab;
    expect(await again.client.logout()).toEqual({ local: 'cleared', server: 'pending' });
    await live(scene, 60_000, 1000);
    expect(await again.client.logout()).toEqual({ local: 'cleared', server: 'already-revoked' });
  });
}

it('a request that fails after another tab has delivered its logout is no refusal (L2)', async () => {
  const scene = createScene({ clock: manualClock() });
  const { options } = scene.profile.openTab();
  let fail = (): void => {};
  const tab = scene.open({
    ...options,
    fetch: (input, init) =>
      (input as Request).url.endsWith('/auth/logout')
        ? new Promise((_, reject) => {
            fail = () => reject(new TypeError('Failed to fetch'));
          })
        : options.fetch(input, init),
  });
  const other = scene.open();
  await tab.client.login(ada);
  await atRest(scene);
  const leaving = tab.client.logout();
  await atRest(scene);
  other.signal({ type: 'online' });
  await atRest(scene);
  expect(scene.profile.stored.size).toBe(0);
  fail();
  expect(await leaving).toEqual({ local: 'cleared', server: 'already-revoked' });
});

for (const [what, fault] of Object.entries({ 'at once': { networkError: true }, never: { never: true } } as const)) {
  it(`a server without tickets that answers a logout ${what} is told again while the page is open, and that is "pending" (L1, L2, OC6)`, async () => {
    const scene = createScene({ clock: manualClock() });
    const { client, heard } = scene.open({ protocol: jsonProtocol({ logout: 'pair' }) });
    await client.login(ada);
    scene.server.faults.next('logout', fault, 2);
    const leaving = client.logout();
    await atRest(scene);
    expect(scene.profile.stored.size).toBe(0);
    await live(scene, 30_000, 500);
    expect(await leaving).toEqual({ local: 'cleared', server: 'pending' });
    expect(heard.filter((type) => type === 'revocation-delivered')).toHaveLength(1);
    expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).not.toBeNull();
  });
}
