import 'fake-indexeddb/auto';
import { expect, it, onTestFinished } from 'vitest';
import { createAuthServer } from '../create-auth-server.ts';
import { sharedServerState } from './shared-server-state.ts';

const ask = (path: string, token: string) =>
  new Request(`https://api.example/${path}`, { headers: { authorization: `Bearer ${token}` } });

let databases = 0;

async function twoTabs() {
  databases += 1;
  const name = `shared-${databases}`;
  const open = async () => {
    const state = await sharedServerState({ name });
    onTestFinished(() => state.close());
    return { state, server: createAuthServer({ ...state }) };
  };
  return { one: await open(), other: await open(), open };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve));
};

it('lets a server in one tab accept what one in another tab issued', async () => {
  const { one, other } = await twoTabs();
  const { access_token, sid } = await one.server.seedSession('ada');
  expect((await other.server.fetch(ask('me', access_token))).status).toBe(200);
  await other.server.sessions.revoke(sid);
  expect((await one.server.fetch(ask('me', access_token))).status).toBe(401);
});

it('moves the time of all tabs when one moves it, and of those opened later', async () => {
  const { one, other, open } = await twoTabs();
  let rung = 0;
  other.server.clock.setTimer(() => {
    rung += 1;
  }, 60_000);
  one.server.clock.advance('20m');
  one.server.clock.advance('1d');
  await until(() => other.server.clock.now() - one.server.clock.now() > -1_000);
  expect(rung).toBe(1);
  const third = await open();
  expect(Math.abs(third.server.clock.now() - one.server.clock.now())).toBeLessThan(1_000);
});

it('adds up what two tabs do to the time at once', async () => {
  const { one, other } = await twoTabs();
  const before = Date.now();
  one.server.clock.advance('1h');
  other.server.clock.advance('1h');
  const moved = (tab: typeof one) => tab.server.clock.now() - before >= 2 * 3_600_000;
  await until(() => moved(one) && moved(other));
  expect(one.server.clock.now() - before).toBeLessThan(2 * 3_600_000 + 60_000);
});

it('tells other tabs that sessions changed', async () => {
  const { one, other } = await twoTabs();
  let told = 0;
  other.state.subscribe(() => {
    told += 1;
  });
  await one.server.seedSession('ada');
  await until(() => told > 0);
});
