import type { AuthServer } from '@latchkey/mock-server';
import { createHandlers } from '@latchkey/mock-server/msw';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';

export const createNetwork = (server: AuthServer) =>
  setupServer(
    http.get('https://api.example/orders', async ({ request }) => {
      const access = await server.authenticate(request);
      if (access instanceof Response) return access;
      return HttpResponse.json([{ id: 1, of: access.claims.sub }]);
    }),
    // A query of GraphQL is a POST like any other.
    http.post('https://api.example/graphql', async ({ request }) => {
      const access = await server.authenticate(request);
      if (access instanceof Response) return access;
      const { query } = (await request.json()) as { query: string };
      return HttpResponse.json({ data: { viewer: access.claims.sub, asked: query } });
    }),
    ...createHandlers(server, { baseUrl: 'https://api.example/' }),
  );
