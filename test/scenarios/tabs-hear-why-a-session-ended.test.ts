import { expect, it, vi } from 'vitest';
import { createScene } from '../support/scene.ts';

for (const [reason, body] of Object.entries({
  'refresh-rejected': { error: 'invalid_grant', reason: 'invalid' },
  revoked: { error: 'invalid_grant', reason: 'revoked' },
} as const)) {
  it(`every tab tells the reason when the server ends a session: ${reason} (F4)`, async () => {
    const scene = createScene();
    const [a, b] = [scene.open(), scene.open()];
    a.client.adoptTokens(await scene.server.seedSession('ada'));
    await b.client.fetch('me');
    scene.server.clock.advance('20m');
    const headers = { 'content-type': 'application/json' };
    scene.server.faults.next('refresh', { status: 400, headers, body: JSON.stringify(body) });
    await expect(a.client.fetch('me')).rejects.toThrow();
    await vi.waitFor(() => expect(b.heard).toContain('signed-out'));
    expect(a.events.at(-1)).toEqual({ type: 'signed-out', origin: 'this-tab', reason });
    expect(b.events.at(-1)).toEqual({ type: 'signed-out', origin: 'other-tab', reason });
  });
}

it('a tab that hears of a login before it can read it looks again (M4)', async () => {
  const scene = createScene();
  const writer = scene.open();
  const { options } = scene.profile.openTab();
  let isVisible = false;
  const storage = { ...options.storage, getItem: (key: string) => (isVisible ? options.storage.getItem(key) : null) };
  const reader = scene.open({
    storage: storage as never,
    platform: { ...options.platform, page: { visible: true, listen: () => () => {} } },
  });
  writer.client.adoptTokens(await scene.server.seedSession('ada'));
  await new Promise(setImmediate);
  expect(reader.heard).toEqual([]);
  isVisible = true;
  scene.server.clock.advance(20);
  expect(reader.heard).toEqual(['signed-in']);
});
