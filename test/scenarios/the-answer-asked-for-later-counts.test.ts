import { expect, it } from 'vitest';
import { atRest, baseUrl, createScene, live, type Scene, type SceneTab } from '../support/scene.ts';

// Kind: a server answers each try of one refresh with another successor, and keeps only the one it made last; the client stores
// the answer that arrives first, or last, instead of the one that was asked for last.

interface Twin {
  readonly refreshToken: string;
  answer(): void;
  lose(): void;
}

/** A server of its own: every refresh of a living token deletes the successor that it gave before, and makes another. */
function twinServer() {
  const asked: Twin[] = [];
  /** The spent token, and its one living successor. */
  let spent = 'refresh-0';
  let living = 'refresh-0';
  let made = 0;
  const pair = () => ({ access_token: `access-${made}`, refresh_token: living, expires_in: 1200, sid: 'session' });
  const fetch: typeof globalThis.fetch = async (input) => {
    const request = input as Request;
    if (request.url !== new URL('auth/refresh', baseUrl).href) return Response.json({});
    const token = new URLSearchParams(await request.text()).get('refresh_token') ?? '';
    if (token !== living && token !== spent) {
      return Response.json({ error: 'invalid_grant' }, { status: 400 });
    }
    spent = token;
    living = `refresh-${++made}`;
    const answer = Response.json(pair());
    return new Promise((resolve, reject) => {
      asked.push({
        refreshToken: token,
        answer: () => resolve(answer),
        lose: () => reject(new TypeError('The network was lost.')),
      });
    });
  };
  return { asked, fetch, first: pair(), living: () => living };
}

function open(scene: Scene, server: ReturnType<typeof twinServer>, tab = {}): SceneTab {
  return scene.open({ fetch: server.fetch }, { locks: false, ...tab });
}

/** One more refresh of the stored pair, to see whether it is alive. */
async function expectAlive(scene: Scene, server: ReturnType<typeof twinServer>, { client }: SceneTab): Promise<void> {
  expect(scene.stored().refreshToken).toBe(server.living());
  scene.server.clock.advance('20m');
  const count = server.asked.length;
  const refresh = client.refresh();
  for (let time = 0; time < 5_000 && server.asked.length === count; time += 50) await live(scene, 50, 50);
  server.asked.at(-1)?.answer();
  await live(scene, 1_000, 100);
  expect(await refresh).toMatchObject({ status: 'signed-in' });
}

const orders = [
  [0, 1],
  [1, 0],
] as const;

for (const arrival of orders) {
  it(`of two tabs without locks, the one that asked later is right, when answer ${arrival[0] + 1} comes first (OS2)`, async () => {
    const scene = createScene();
    const server = twinServer();
    const tabs = [open(scene, server, { channels: false }), open(scene, server, { channels: false })] as const;
    tabs[0].client.adoptTokens(server.first);
    await atRest(scene);
    // More than two seconds later the second no longer waits for the first.
    const results = [tabs[0].client.refresh({ force: true })];
    await atRest(scene);
    scene.server.clock.advance(2_500);
    results.push(tabs[1].client.refresh({ force: true }));
    await live(scene, 200, 50);
    expect(server.asked.map(({ refreshToken }) => refreshToken)).toEqual(['refresh-0', 'refresh-0']);
    for (const n of arrival) {
      server.asked[n]?.answer();
      await live(scene, 300, 50);
    }
    await Promise.all(results);
    await expectAlive(scene, server, tabs[0]);
    await expectAlive(scene, server, tabs[1]);
  });
}

for (const [what, setClock] of Object.entries({
  '': 0,
  ', although the clock was set back meanwhile': -3_600_000,
  ', although the clock was set on meanwhile': 3_600_000,
})) {
  for (const arrival of orders) {
    it(`a request that timed out was sent before its retry, whose answer counts, when answer ${arrival[0] + 1} comes first${what} (OS2)`, async () => {
      const scene = createScene();
      const server = twinServer();
      let offset = 0;
      const { options } = scene.profile.openTab();
      const { platform } = options;
      const now = () => scene.server.clock.now() + offset;
      const tab = open(scene, server);
      const { client } = scene.open({ ...options, platform: { ...platform, now }, fetch: server.fetch });
      client.adoptTokens(server.first);
      await atRest(scene);
      const first = client.refresh({ force: true }).catch(({ code }) => code);
      await live(scene, 16_000, 1_000);
      expect(await first).toBe('ERR_REFRESH_UNAVAILABLE');
      offset = setClock;
      await live(scene, 5_000, 500);
      const retry = client.refresh({ force: true });
      await live(scene, 1_000, 100);
      expect(server.asked).toHaveLength(2);
      for (const n of arrival) {
        server.asked[n]?.answer();
        await live(scene, 300, 50);
      }
      await retry;
      expect(scene.stored().refreshToken).toBe('refresh-2');
      await atRest(scene);
      offset = 0;
      expect(tab.client.session.status).toBe('signed-in');
    });
  }
}

it('an answer that was lost, asked for again, is the later one (OS2)', async () => {
  const scene = createScene();
  const server = twinServer();
  const tab = open(scene, server);
  tab.client.adoptTokens(server.first);
  await atRest(scene);
  const refresh = tab.client.refresh({ force: true });
  await live(scene, 100, 50);
  server.asked[0]?.lose();
  await live(scene, 1_000, 100);
  server.asked[1]?.answer();
  await live(scene, 100, 50);
  await refresh;
  await expectAlive(scene, server, tab);
});

it('an early twin that arrives after its later twin has been renewed changes nothing (OS2)', async () => {
  const scene = createScene();
  const server = twinServer();
  const tab = open(scene, server);
  tab.client.adoptTokens(server.first);
  await atRest(scene);
  const first = tab.client.refresh({ force: true }).catch(({ code }) => code);
  await live(scene, 20_000, 1_000);
  await first;
  for (const n of [1, 2]) {
    const refresh = tab.client.refresh({ force: true });
    await live(scene, 1_000, 100);
    server.asked[n]?.answer();
    await live(scene, 100, 50);
    await refresh;
  }
  expect(scene.stored().refreshToken).toBe('refresh-3');
  server.asked[0]?.answer();
  await live(scene, 500, 50);
  expect(scene.stored().refreshToken).toBe('refresh-3');
  await expectAlive(scene, server, tab);
});
