import type { SessionSnapshot } from '@latchkey/client';
import { manualClock } from '@latchkey/mock-server';
import { expect, it, vi } from 'vitest';
import { atRest, createScene, signedIn } from '../support/scene.ts';

const ada = { username: 'ada', password: 'ada-password' };

it('a listener that throws, one that unsubscribes and one that subscribes disturb nobody (D1)', async () => {
  const { client, server } = await signedIn();
  const told: string[] = [];
  const thrown: unknown[] = [];
  const report = (event: Event): void => {
    event.preventDefault();
    thrown.push(event);
  };
  addEventListener('error', report);
  const caught = (reason: unknown): void => void thrown.push(reason);
  process.on('uncaughtException', caught);
  const stop = client.subscribe(() => stop());
  client.subscribe(() => {
    throw new Error('of the application');
  });
  client.subscribe(() => void client.subscribe((_, { type }) => void told.push(`inner ${type}`)));
  client.subscribe((_, { type }) => void told.push(type));
  server.clock.advance('20m');
  expect((await client.fetch('me')).status).toBe(200);
  await client.logout();
  await new Promise((turn) => setTimeout(turn, 5));
  process.off('uncaughtException', caught);
  removeEventListener('error', report);
  expect(told.filter((type) => !type.startsWith('inner'))).toEqual(['token-refreshed', 'signed-out']);
  expect(told).toContain('inner signed-out');
  // Not swallowed: the application hears of its mistake.
  expect(thrown).not.toEqual([]);
});

it('a listener that logs out when the token is refreshed is obeyed, and whoever waited is told (R2)', async () => {
  const scene = await signedIn();
  const { client, server, tab } = scene;
  const results: unknown[] = [];
  client.subscribe((_, { type }) => type === 'token-refreshed' && results.push(client.logout()));
  server.clock.advance('20m');
  const outcome = await client.fetch('me').then(
    ({ status }) => status,
    ({ name }) => name,
  );
  expect([401, 'NotSignedInError', 200]).toContain(outcome);
  expect(await Promise.all(results)).toEqual([{ local: 'cleared', server: 'revoked' }]);
  expect(tab.heard).toEqual(['token-refreshed', 'signed-out']);
  expect(scene.profile.stored.size).toBe(0);
});

it('a listener that logs in again when the session has ended signs in, once (F3)', async () => {
  const scene = await signedIn();
  const { client, server, stored, tab } = scene;
  client.subscribe((_, { type }) => type === 'signed-out' && void client.login(ada).catch(() => {}));
  await server.sessions.revoke(stored().sid);
  await expect(client.fetch('me')).rejects.toMatchObject({ name: 'RefreshRejectedError' });
  await vi.waitFor(() => expect(client.session.status).toBe('signed-in'));
  expect(tab.heard).toEqual(['signed-out', 'signed-in']);
  expect(scene.count('login')).toBe(1);
  expect((await client.fetch('me')).status).toBe(200);
});

it('a listener may use the client for everything while it is told, and no lock is held meanwhile (M3)', async () => {
  const scene = createScene();
  const tab = scene.open();
  tab.client.adoptTokens(await scene.server.seedSession('ada'));
  const held: unknown[] = [];
  const answers: Promise<unknown>[] = [];
  tab.client.subscribe((_, { type }) => {
    if (type !== 'token-refreshed' || answers.length > 0) return;
    held.push(...scene.profile.heldLocks.filter((name) => !name.endsWith('outbox')));
    answers.push(tab.client.fetch('me'), tab.client.refresh(), tab.client.getAccessToken());
  });
  scene.server.clock.advance('20m');
  expect((await tab.client.fetch('me')).status).toBe(200);
  await atRest(scene);
  scene.server.clock.advance(100);
  await atRest(scene);
  await Promise.all(answers);
  expect(scene.count('refresh')).toBe(2);
  // Kept for a moment after the work, and not for the listeners: whoever comes takes the next turn at once.
  expect(held.length).toBeLessThanOrEqual(1);
});

it('every event comes with the session it speaks of, in the order in which things happened (D1)', async () => {
  const scene = createScene({ clock: manualClock() });
  const tab = scene.open();
  const told: [string, SessionSnapshot['status'], boolean][] = [];
  tab.client.subscribe((session, { type }) => told.push([type, session.status, session === tab.client.session]));
  await tab.client.login(ada);
  await tab.client.refresh();
  scene.server.clock.advance('8d');
  await tab.client.login({ username: 'bob', password: 'bob-password' });
  await tab.client.logout();
  await atRest(scene);
  expect(told.filter(([type]) => !/expiring|extended|delivered/.test(type))).toEqual([
    ['signed-in', 'signed-in', true],
    ['token-refreshed', 'signed-in', true],
    ['lapsed', 'lapsed', true],
    ['user-changed', 'signed-in', true],
    ['signed-out', 'signed-out', true],
  ]);
});

it('after a refresh the listener reads the claims of the new token (F7)', async () => {
  const scene = await signedIn();
  const { client } = scene;
  const before = client.session;
  const seen: unknown[] = [];
  client.subscribe((session, { type }) => {
    if (type === 'token-refreshed' && session.status === 'signed-in') seen.push(session.claims?.['jti']);
  });
  const after = await client.refresh({ force: true });
  expect(after).not.toBe(before);
  expect(after).toMatchObject({ claims: { jti: seen[0] } });
  expect(before).not.toMatchObject({ claims: { jti: seen[0] } });
});

it('what a listener causes is told after what it was told, so that the last event is of the state there is (D1)', async () => {
  const scene = await signedIn();
  const { client, server, tab } = scene;
  const told: [string, SessionSnapshot['status']][] = [];
  let last: SessionSnapshot | undefined;
  client.subscribe((_, { type }) => {
    if (type !== 'token-refreshed') return;
    void client.logout();
    throw new Error('of the application');
  });
  const stop = client.subscribe((_, { type }) => {
    expect(type).toBe('token-refreshed');
    stop();
  });
  client.subscribe((session, { type }) => {
    told.push([type, session.status]);
    last = session;
  });
  const report = vi.fn();
  process.on('uncaughtException', report);
  server.clock.advance('20m');
  await client.fetch('me').catch(() => {});
  await atRest(scene);
  process.off('uncaughtException', report);
  expect(report).toHaveBeenCalledOnce();
  expect(told).toEqual([
    ['token-refreshed', 'signed-in'],
    ['signed-out', 'signed-out'],
  ]);
  expect(last).toBe(client.session);
  expect(tab.heard).toEqual(['token-refreshed', 'signed-out']);
});

it('a client that a listener disposes of tells nobody any more (D1)', async () => {
  const { client, server } = await signedIn();
  client.subscribe(() => {
    void client.logout();
    client.dispose();
  });
  const told = vi.fn();
  client.subscribe(told);
  server.clock.advance('20m');
  await client.fetch('me').catch(() => {});
  expect(told).not.toHaveBeenCalled();
});
