import { expect, it } from 'vitest';
import { leaked, noteTokens, overhear, overhearRejection } from '../support/leak-watch.ts';
import { signedIn } from '../support/scene.ts';

it('the watch of every scenario finds a piece of a token in the console, an error, an event or a message (ATT-9)', async () => {
  const { stored, profile } = await signedIn();
  const raw = profile.stored.get('latchkey') ?? '';
  const { refreshToken, accessToken } = stored();
  const lets: Record<string, () => void> = {
    console: () => console.debug(refreshToken.slice(10, 26)),
    error: () => overhear(new Error('x', { cause: new Error(accessToken.slice(100, 120)) })),
    event: () => overhear({ type: 'token-refreshed', accessToken }),
  };
  for (const [what, let_] of Object.entries(lets)) {
    noteTokens(raw);
    let_();
    expect([what, leaked()]).toEqual([what, expect.any(String)]);
    noteTokens(raw);
    expect(leaked()).toBeNull();
  }
  noteTokens(raw);
  await overhearRejection(Promise.reject(new Error(refreshToken))).catch(() => {});
  expect(leaked()).not.toBeNull();
});
