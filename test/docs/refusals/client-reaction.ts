import {
  type AuthClient,
  createAuthClient,
  isAuthError,
  LoginFailedError,
  RefreshUnavailableError,
} from '@latchkey/client';
import { cheapPasswordHasher, createAuthServer, manualClock, platformOf } from '@latchkey/mock-server';
import { ada, type Exchange, origin, start } from '../example-server.ts';
import { inServerTime } from '../server-time.ts';

/** What the client asked for when it met the refusal; null for what the client never asks for. */
export type Asked = 'login' | 'refresh' | 'logout' | 'api' | null;

/** Lets a real client with a session meet the answer, and says what comes of it. */
export async function reactionTo({ response, text }: Exchange, asked: Asked): Promise<string> {
  if (asked === null) return '–';
  const server = createAuthServer({ users: [ada], clock: manualClock(start), passwordHasher: cheapPasswordHasher() });
  const path = asked === 'api' ? 'me' : `auth/${asked}`;
  let armed = false;
  let met = 0;
  const client = createAuthClient({
    baseUrl: origin,
    storage: 'memory',
    platform: { ...platformOf(server.clock), locks: null, openChannel: () => null, random: (n) => new Uint8Array(n) },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (!armed || met > 0 || new URL(request.url).pathname !== `/${path}`) return server.fetch(request);
      met += 1;
      return new Response(text === '' ? null : text, response);
    },
  });
  try {
    await client.login({ ...ada });
    armed = true;
    if (asked === 'refresh') server.clock.advance('21m');
    const seen = () => server.requests.map(({ endpoint }) => endpoint);
    const reaction = await inServerTime(server.clock, reactions[asked](client, seen));
    if (met === 0) throw new Error(`The client never asked for ${path}.`);
    return reaction;
  } finally {
    client.dispose();
  }
}

const reactions: Record<Exclude<Asked, null>, (client: AuthClient, seen: () => string[]) => Promise<string>> = {
  async login(client) {
    const error = await failureOf(client.login({ ...ada }));
    if (!(error instanceof LoginFailedError)) throw error;
    const again = error.retryable ? `, can be tried again${after(error.retryAfter)}` : ` (\`${error.error}\`)`;
    return `\`LoginFailedError\`${again}`;
  },
  async refresh(client) {
    const error = await failureOf(client.fetch('me'));
    if (!isAuthError(error)) throw error;
    const { session } = client;
    if (error instanceof RefreshUnavailableError && session.status === 'signed-in') {
      return `keeps the session, tries again${after(error.retryAfter)}`;
    }
    // Which of the two limits has passed is what the client knows itself.
    const reason = session.status === 'signed-out' ? ` (\`${session.reason}\`)` : '';
    return `\`${session.status}\`${reason}, \`${error.name}\``;
  },
  async logout(client) {
    const { local, server } = await client.logout();
    const kept = server === 'pending' ? ', keeps the ticket and tries again' : '';
    return `\`${local}\`, server \`${server}\`${kept}`;
  },
  async api(client, seen) {
    const { status } = await client.fetch('me');
    const refreshed = seen().includes('refresh');
    return refreshed ? `refreshes, sends the request once more (${status})` : 'hands the answer to the application';
  },
};

const after = (milliseconds: number | undefined): string =>
  milliseconds === undefined || milliseconds < 1_000 ? ' later' : ` after ${milliseconds / 1_000} s`;

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('The client was content with a refusal.');
    },
    (error: unknown) => error,
  );
