import { Hono } from 'hono';
import { setupServer } from 'msw/node';
import type { AuthServer } from '../auth-server.ts';
import { createHandlers } from '../msw.ts';
import { serve } from '../node.ts';
import type { Send } from './api.ts';

export interface Mounted {
  readonly baseUrl: string;
  readonly send: Send;
  close(): Promise<void>;
}

/** The ways in which a server can be reached, for suites that must hold over all of them. */
export const mounts: Readonly<Record<'MSW' | 'HTTP' | 'Hono', (server: AuthServer) => Promise<Mounted>>> = {
  async MSW(server) {
    const baseUrl = 'https://api.example/v1/';
    const network = setupServer(...createHandlers(server, { baseUrl }));
    network.listen({ onUnhandledFrame: 'bypass' });
    return { baseUrl, send: over(baseUrl, fetch), close: async () => network.close() };
  },
  async HTTP(server) {
    const { url, close } = await serve(server);
    return { baseUrl: url, send: over(url, fetch), close };
  },
  async Hono(server) {
    const app = new Hono();
    app.all('/v1/*', ({ req }) => server.fetch(req.raw, { basePath: '/v1' }));
    const baseUrl = 'https://hono.example/v1/';
    const request = async (input: URL, init?: RequestInit) => app.request(new Request(input, init));
    return { baseUrl, send: over(baseUrl, request), close: async () => {} };
  },
};

const over =
  (baseUrl: string, fetchIt: (url: URL, init?: RequestInit) => Promise<Response>): Send =>
  (path, init) =>
    fetchIt(new URL(path, baseUrl), init);
