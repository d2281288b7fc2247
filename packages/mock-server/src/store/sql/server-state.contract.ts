import { describe, expect, it } from 'vitest';
import { createAuthServer } from '../../create-auth-server.ts';
import { apiOf, direct, pairOf, tokensOf } from '../../testing/api.ts';
import type { ServerState } from './server-state.ts';

/** What a database keeps beside sessions. `open` is called for each server; all of one `place` share a database. */
export function serverStateContract(name: string, newPlace: () => () => Promise<ServerState>): void {
  describe(`the state of servers on ${name}`, () => {
    async function twoServers() {
      const open = newPlace();
      const [one, other] = [await open(), await open()];
      return { open, one, other, servers: [createAuthServer({ ...one }), createAuthServer({ ...other })] as const };
    }
    const status = async (server: ReturnType<typeof createAuthServer>, token: string) =>
      (await apiOf(direct(server)).me(token)).status;

    it('has one signing key, whoever makes it first', async () => {
      const { open, one, other } = await twoServers();
      const third = await open();
      const loaded = await Promise.all([one, other, third, one].map(({ signingKeys }) => signingKeys.load()));
      expect(new Set(loaded.map((keys) => keys.map(({ kid }) => kid).join())).size).toBe(1);
      expect(loaded[0]).toHaveLength(1);
    });

    it('lets a server accept what another one signed, and not what it signed with a key that was withdrawn', async () => {
      const { servers } = await twoServers();
      const tokens = await servers[0].seedSession('ada');
      expect(await status(servers[1], tokens.access_token)).toBe(200);
      await servers[1].keys.rotate();
      expect(await status(servers[0], tokens.access_token)).toBe(200);
      const newer = await servers[0].seedSession('ada');
      await servers[1].keys.rotate({ immediately: true });
      expect(await status(servers[0], newer.access_token)).toBe(401);
      const answer = await apiOf(direct(servers[0])).logout(pairOf(newer));
      expect(await answer.json()).toEqual({ status: 'revoked' });
    });

    it('loses no key when two servers change keys at once', async () => {
      const { one, servers } = await twoServers();
      await one.signingKeys.load();
      await Promise.all([servers[0].keys.rotate(), servers[1].keys.rotate(), servers[0].keys.rotate()]);
      const keys = await one.signingKeys.load();
      expect(keys).toHaveLength(4);
      expect(keys.filter(({ replacedAt }) => replacedAt === null)).toHaveLength(1);
    });

    it('is there after a restart: sessions, keys and users', async () => {
      const { open, one, servers } = await twoServers();
      await one.accounts.save([{ username: 'ada', passwordHash: 'hash', claims: { role: 'admin' } }]);
      const tokens = await servers[0].seedSession('ada');
      await servers[0].keys.rotate();
      await one.close();
      const state = await open();
      const again = createAuthServer({ ...state, users: await state.accounts.load() });
      expect(await status(again, tokens.access_token)).toBe(200);
      const refreshed = await apiOf(direct(again)).refresh(tokens.refresh_token);
      expect((await tokensOf(refreshed)).sid).toBe(tokens.sid);
    });

    it('renews a hash that still is the one that was renewed, and tells which there is otherwise (OX11)', async () => {
      const { accounts } = await newPlace()();
      await accounts.save([{ username: 'ada', passwordHash: 'one' }, { username: 'eve' }]);
      const [first, second] = await Promise.all([
        accounts.renew('ada', 'one', 'two'),
        accounts.renew('ada', 'one', 'three'),
      ]);
      expect(first).toBe(second);
      expect(await accounts.renew('ada', 'one', 'four')).toBe(first);
      expect(await accounts.renew('eve', 'one', 'two')).toBeNull();
      expect(await accounts.renew('nobody', 'one', 'two')).toBeNull();
      expect((await accounts.load()).map(({ passwordHash }) => passwordHash)).toEqual([first, undefined]);
    });

    it('keeps users by name, replaces those of the same name, and takes no password in the clear', async () => {
      const { accounts } = await newPlace()();
      const [ada, eve] = [
        { username: 'ada', passwordHash: 'one', claims: { role: 'admin' } },
        { username: 'eve', claims: {} },
      ];
      await accounts.save([eve, ada]);
      expect(await accounts.load()).toEqual([ada, eve]);
      const other = { username: 'ada', passwordHash: 'two', claims: {} };
      const failing = accounts.save([other, { username: 'eve', password: 'battery staple' }]);
      await expect(failing).rejects.toThrow(RangeError);
      expect(await accounts.load()).toEqual([ada, eve]);
      await accounts.save([other]);
      expect(await accounts.load()).toEqual([other, eve]);
    });
  });
}
