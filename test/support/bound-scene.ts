import 'fake-indexeddb/auto';
import { type AuthClient, createAuthClient } from '@latchkey/client';
import { dpopFetch } from '@latchkey/client/dpop';
import { cheapPasswordHasher, createAuthServer, platformOf } from '@latchkey/mock-server';
import { IDBFactory } from 'fake-indexeddb';
import { expect, onTestFinished, vi } from 'vitest';
import { fetchFrom } from './open-tab.ts';
import { baseUrl, users } from './scene.ts';

export const ada = { username: 'ada', password: 'ada-password' };
export const bob = { username: 'bob', password: 'bob-password' };

/** A server, and clients in one browser whose sessions are bound to keys of it. `answer` takes the place of the server. */
export function boundScene(answer: (request: Request) => Response | null | Promise<Response | null> = () => null) {
  globalThis.indexedDB = new IDBFactory();
  const server = createAuthServer({ users, passwordHasher: cheapPasswordHasher(), echo: true });
  const platform = platformOf(server.clock);
  const toServer = fetchFrom(server);
  const sent: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push(request.clone());
    return (await answer(request)) ?? toServer(request);
  };
  const open = (): AuthClient =>
    createAuthClient({ baseUrl, platform, fetch: dpopFetch({ baseUrl, fetch, now: platform.now }) });
  const asked = (endpoint: string): number => server.requests.filter((request) => request.endpoint === endpoint).length;
  const stored = (): { accessToken: string; refreshToken: string } =>
    JSON.parse(localStorage.getItem('latchkey') ?? '{}');
  return { server, platform, toServer, fetch, open, sent, asked, stored };
}

/** Holds up the `nth` request from now on to open the database `name`, until it is let go. */
export function holdDatabase(name: string, nth: number) {
  const open = indexedDB.open.bind(indexedDB);
  let letGo = (): void => {};
  const isLet = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let count = 0;
  let isOver = false;
  const opening = vi.spyOn(indexedDB, 'open').mockImplementation((...given) => {
    if (given[0] === name) count += 1;
    if (given[0] !== name || count !== nth || isOver) return open(...given);
    const held = {} as { -readonly [key in keyof IDBOpenDBRequest]: IDBOpenDBRequest[key] };
    void isLet.then(() => {
      const real = open(...given);
      real.onsuccess = (event) => {
        held.result = real.result;
        held.onsuccess?.(event);
      };
    });
    return held as IDBOpenDBRequest;
  });
  const closing = vi.spyOn(IDBDatabase.prototype, 'close');
  onTestFinished(() => {
    opening.mockRestore();
    closing.mockRestore();
  });
  const isHolding = (): boolean => count >= nth;
  /** Something was opened, and all of it has been done with. */
  const isAtRest = (): boolean => count > 0 && closing.mock.calls.length === opening.mock.calls.length;
  return {
    letGo,
    /** Once it waits here or has nothing more to do; what others open from then on is theirs at once. */
    async untilHeld(): Promise<void> {
      await vi.waitFor(() => expect(isHolding() || isAtRest()).toBe(true));
      isOver = true;
    },
    untilRest: () => vi.waitFor(() => expect(isAtRest()).toBe(true)),
  };
}
