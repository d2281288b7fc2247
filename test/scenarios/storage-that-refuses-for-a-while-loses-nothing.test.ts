import type { AuthClientOptions, AuthStorage } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { expect, it } from 'vitest';
import { atRest, createScene, live, type Scene } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };
const bob = { username: 'bob', password: 'bob-password' };

/** A profile with a tab whose storage refuses for as long as a verb is among `refused`. */
function withRefusals(): { scene: Scene; refused: Set<keyof AuthStorage>; options: Partial<AuthClientOptions> } {
  const scene = createScene({ clock: manualClock() });
  const { options } = scene.profile.openTab();
  const refused = new Set<keyof AuthStorage>();
  const unless = <Given extends unknown[], Result>(verb: keyof AuthStorage, work: (...given: Given) => Result) => {
    return (...given: Given): Result => {
      if (refused.has(verb)) throw new DOMException('busy', 'InvalidStateError');
      return work(...given);
    };
  };
  const { getItem, setItem, removeItem } = options.storage;
  const storage = {
    getItem: unless('getItem', getItem),
    setItem: unless('setItem', setItem),
    removeItem: unless('removeItem', removeItem),
  };
  return { scene, refused, options: { ...options, storage } };
}

it('storage that can be read but no longer written leads nobody back to a spent token (S2)', async () => {
  const { scene, refused, options } = withRefusals();
  const { client, heard } = scene.open(options);
  await client.login(ada);
  await atRest(scene);
  for (const isBroken of [true, true, false, false]) {
    for (const verb of ['setItem', 'removeItem'] as const) isBroken ? refused.add(verb) : refused.delete(verb);
    scene.server.clock.advance('20m');
    const response = client.fetch('me');
    await live(scene, 3000, 100);
    expect((await response).status).toBe(200);
    expect(client.persistence).toBe(isBroken ? 'memory' : 'custom');
  }
  expect(scene.count('refresh')).toBe(4);
  expect(heard.filter((type) => !/refreshed/.test(type))).toEqual(['signed-in', 'persistence-failed']);
});

it('a session kept in memory does not come back after a login and a logout in another tab (S2, X1)', async () => {
  const { scene, refused, options } = withRefusals();
  const { client, heard } = scene.open(options);
  refused.add('setItem');
  await client.login(ada);
  refused.clear();
  const other = scene.open();
  await other.client.login(bob);
  await live(scene, 1000, 50);
  expect(client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'bob' } });
  await other.client.logout();
  await live(scene, 1000, 50);
  expect(client.session.status).toBe('signed-out');
  expect(client.persistence).toBe('custom');
  expect(heard).toEqual(['persistence-failed', 'signed-in', 'user-changed', 'signed-out']);
});

it('a logout where nothing can be removed leaves no token behind (S2, R2)', async () => {
  const { scene, refused, options } = withRefusals();
  const { client } = scene.open(options);
  await client.login(ada);
  const { refreshToken } = scene.stored();
  refused.add('removeItem');
  expect((await client.logout()).local).toBe('cleared');
  await live(scene, 1000, 50);
  expect([...scene.profile.stored.values()].join()).not.toContain(refreshToken);
  expect(client.session.status).toBe('signed-out');
  expect(scene.open().client.session.status).toBe('signed-out');
});

it('a logout where storage takes no change at all is a logout in this tab (S2, R2)', async () => {
  const { scene, refused, options } = withRefusals();
  const { client } = scene.open(options);
  await client.login(ada);
  await atRest(scene);
  refused.add('removeItem').add('setItem');
  expect(await client.logout()).toEqual({ local: 'cleared', server: 'revoked' });
  await live(scene, 1000, 50);
  expect(client.session.status).toBe('signed-out');
  expect((await client.fetch('me')).status).toBe(401);
  refused.clear();
  await client.login(bob);
  expect(client.persistence).toBe('custom');
  expect(scene.open().client.session).toMatchObject({ status: 'signed-in', claims: { sub: 'bob' } });
});

it('a session that the server refuses to renew is over also where storage keeps it: one refresh, one event (S2, R3)', async () => {
  const { scene, refused, options } = withRefusals();
  const { client, heard } = scene.open(options);
  await client.login(ada);
  await scene.server.sessions.revoke(scene.stored().sid);
  scene.server.clock.advance('20m');
  refused.add('removeItem').add('setItem');
  const name = client.fetch('me').catch((error: Error) => error.name);
  await live(scene, 3000, 100);
  expect(await name).toBe('RefreshRejectedError');
  expect(client.session.status).toBe('signed-out');
  expect((await client.fetch('me')).status).toBe(401);
  expect(scene.count('refresh')).toBe(1);
  expect(heard.filter((type) => type === 'signed-out')).toHaveLength(1);
});

for (const verbs of [['getItem'], ['getItem', 'setItem'], ['getItem', 'setItem', 'removeItem']] as const) {
  it(`storage without ${verbs.join(', ')} for the moment a refresh is answered in ends no session (S2)`, async () => {
    const { scene, refused, options } = withRefusals();
    const { client, heard } = scene.open(options);
    await client.login(ada);
    scene.server.clock.advance('20m');
    scene.server.faults.next('refresh', { delay: 1000, after: 'commit' });
    const response = client.fetch('me');
    await atRest(scene);
    for (const verb of verbs) refused.add(verb);
    scene.server.clock.advance(1000);
    await atRest(scene);
    refused.clear();
    await live(scene, 1000, 50);
    expect((await response).status).toBe(200);
    scene.server.clock.advance('20m');
    const later = client.fetch('me');
    await live(scene, 1000, 50);
    expect((await later).status).toBe(200);
    expect(heard).not.toContain('signed-out');
    expect(scene.count('logout')).toBe(0);
    expect(client.persistence).toBe('custom');
  });
}
