import type { AuthServer } from '../auth-server.ts';
import type { Clock } from '../clock/clock.ts';
import type { Policy } from '../policy.ts';
import type { SessionStore } from '../store/session-store.ts';
import { type Api, apiOf, direct, type Send, testServer } from './api.ts';
import { type Device, newDevice } from './device.ts';
import { apiOfDevice, type DeviceApi } from './device-api.ts';

/** A server, somebody with a key, somebody with another one, and somebody with none. */
export interface DeviceScene {
  readonly server: AuthServer;
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly send: Send;
  readonly device: Device;
  readonly owner: DeviceApi;
  readonly stranger: DeviceApi;
  readonly plain: Api;
}

export async function deviceScene(policy: Partial<Policy> = {}): Promise<DeviceScene> {
  const { server, clock, store } = testServer({ policy });
  const send = direct(server);
  const baseUrl = 'https://api.example/';
  const device = await newDevice();
  const owner = apiOfDevice(send, device, { clock, baseUrl });
  const stranger = apiOfDevice(send, await newDevice(), { clock, baseUrl });
  await owner.greet();
  await stranger.greet();
  return { server, clock, store, send, device, owner, stranger, plain: apiOf(send) };
}

export const challengeOf = (response: Response): string | null => response.headers.get('www-authenticate');
