import type { AuthServer } from '@latchkey/mock-server';
import { Hono } from 'hono';

export function createApp(server: AuthServer): Hono {
  const app = new Hono();
  app.get('/orders', async ({ req, json }) => {
    const access = await server.authenticate(req.raw);
    if (access instanceof Response) return access;
    return json([{ id: 1, of: access.claims.sub }]);
  });
  app.all('*', ({ req }) => server.fetch(req.raw));
  return app;
}
