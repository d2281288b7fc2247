import type { Clock } from '../clock/clock.ts';
import { ada, formPost, jsonPost, type Send } from './api.ts';
import type { Device, ProofAbout } from './device.ts';

/** What one request says otherwise than an honest client would. */
export type Otherwise = Partial<Omit<ProofAbout, 'now'>>;

/** The requests of an application whose session is bound to a key. It keeps the last nonce, and asks once more only when told to. */
export interface DeviceApi {
  nonce: string | undefined;
  login(otherwise?: Otherwise): Promise<Response>;
  refresh(refreshToken: string, otherwise?: Otherwise, headers?: Record<string, string>): Promise<Response>;
  me(accessToken: string, otherwise?: Otherwise): Promise<Response>;
  send(path: string, init: RequestInit, otherwise?: Otherwise): Promise<Response>;
  /** Lets the server say its nonce, so that the next request has one. Nobody is logged in by it. */
  greet(): Promise<void>;
}

export function apiOfDevice(
  send: Send,
  device: Device,
  { clock, baseUrl }: { clock: Clock; baseUrl: string },
): DeviceApi {
  const api: DeviceApi = {
    nonce: undefined,
    login: (otherwise) =>
      api.send('auth/login', jsonPost({ username: ada.username, password: ada.password }), otherwise),
    refresh: (refresh_token, otherwise, headers = {}) =>
      api.send(
        'auth/refresh',
        formPost({ grant_type: 'refresh_token', client_id: 'spa', refresh_token }, headers),
        otherwise,
      ),
    me: (accessToken, otherwise) =>
      api.send('me', { headers: { authorization: `DPoP ${accessToken}` } }, { accessToken, ...otherwise }),
    async send(path, init, otherwise = {}) {
      const { method = 'GET' } = init;
      const url = new URL(path, baseUrl).href;
      const dpop = await device.prove({ method, url, now: clock.now(), nonce: api.nonce, ...otherwise });
      const response = await send(path, { ...init, headers: { ...(init.headers as Record<string, string>), dpop } });
      api.nonce = response.headers.get('dpop-nonce') ?? api.nonce;
      return response;
    },
    greet: async () => void (await api.send('auth/login', jsonPost({}))),
  };
  return api;
}
