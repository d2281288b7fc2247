import { expect, it } from 'vitest';
import { createScene } from '../support/scene.ts';

for (const tabs of [2, 8]) {
  it(`${tabs} tabs that need a token at the same moment cause one refresh, in twenty rounds (M1, TST-15)`, async () => {
    const scene = createScene({ policy: { replayWindow: 0 } });
    const opened = Array.from({ length: tabs }, () => scene.open());
    opened[0]?.client.adoptTokens(await scene.server.seedSession('ada'));
    for (let round = 1; round <= 20; round++) {
      scene.server.clock.advance('21m');
      const responses = await Promise.all(opened.map(({ client }) => client.fetch('me')));
      expect(responses.map(({ status }) => status)).toEqual(Array(tabs).fill(200));
      expect(scene.count('refresh')).toBe(round);
    }
    expect((await scene.server.sessions.list('ada'))[0]?.revokedAt).toBeNull();
    for (const { heard } of opened) expect(heard).not.toContain('signed-out');
  });
}
