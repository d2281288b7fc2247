import type { AuthServer } from '@latchkey/mock-server';
import { toRequest } from '@latchkey/mock-server/node';
import express, { type Express } from 'express';

export function createApp(server: AuthServer): Express {
  const app = express();
  app.get('/orders', async (request, response) => {
    const access = await server.authenticate(toRequest(request));
    if (access instanceof Response) {
      response
        .status(access.status)
        .set(Object.fromEntries(access.headers))
        .send(await access.text());
      return;
    }
    response.json([{ id: 1, of: access.claims.sub }]);
  });
  return app;
}
