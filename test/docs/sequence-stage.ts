import { type AuthClient, createAuthClient, type PageSignal } from '@latchkey/client';
import {
  type AuthServer,
  cheapPasswordHasher,
  createAuthServer,
  manualClock,
  memoryStore,
  platformOf,
} from '@latchkey/mock-server';
import { hashOf, ticketOf } from '../../packages/mock-server/src/tokens/refresh-token.ts';
import { ada, origin, repeatableRandom, start } from './example-server.ts';
import { fenced } from './markdown.ts';
import { inServerTime } from './server-time.ts';

/** A real client and a real server whose conversation is drawn while it goes on. Tokens appear as A1, R1, key K1, … */
export interface Stage {
  readonly server: AuthServer;
  readonly client: AuthClient;
  /** Whether requests of the page arrive. */
  online: boolean;
  signal(signal: PageSignal): void;
  note(who: 'Page' | 'Thief', text: string): void;
  /** Lets the page do something, and draws what has become of it. */
  act<T>(work: () => Promise<T>): Promise<T>;
  /** A request from elsewhere. */
  send(who: 'Thief', path: string, fields: Record<string, string>): Promise<Response>;
  /** The refresh token that the page holds. */
  refreshToken(): string;
  drawing(): string;
}

export async function openStage(): Promise<Stage> {
  const store = memoryStore();
  const clock = manualClock(start);
  const random = repeatableRandom();
  const server = createAuthServer({ users: [ada], clock, store, random, passwordHasher: cheapPasswordHasher() });
  const names = createNames();
  const lines: string[] = [];
  const stored = new Map<string, string>();
  const listeners = new Set<(signal: PageSignal) => void>();
  let rows = '';
  let page = '';

  const noteOnce = async (): Promise<void> => {
    const now = await names.rowsOf(await store.list());
    if (now !== rows) lines.push(`Note over Server: ${now}`);
    rows = now;
  };

  async function converse(who: 'Page' | 'Thief', request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.slice(1);
    const carried = await names.carriedBy(request);
    const arrives = who === 'Thief' || stage.online;
    lines.push(`${who}${arrives ? '->>' : '-x'}Server: ${request.method} ${path}${carried && `, ${carried}`}`);
    if (!arrives) throw new TypeError('Failed to fetch');
    const response = await server.fetch(request);
    await noteOnce();
    if (response.type === 'error') {
      lines.push(`Server--x${who}: the answer is lost`);
      throw new TypeError('Failed to fetch');
    }
    lines.push(`Server-->>${who}: ${response.status} ${await names.answerOf(response.clone())}`.trimEnd());
    return response;
  }

  const client = createAuthClient({
    baseUrl: origin,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
    platform: {
      ...platformOf(clock),
      random,
      locks: null,
      openChannel: () => null,
      page: {
        visible: true,
        listen(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
    },
    fetch: async (input, init) => converse('Page', new Request(input, init)),
  });

  const stage: Stage = {
    server,
    client,
    online: true,
    signal(signal) {
      for (const listener of listeners) listener(signal);
    },
    note: (who, text) => void lines.push(`Note over ${who}: ${text}`),
    async act(work) {
      const done = inServerTime(clock, work());
      await done.catch(() => {});
      const now = `${client.session.status}, stored: ${names.foundIn([...stored.values()].join()) || 'nothing'}`;
      if (now !== page) lines.push(`Note over Page: ${now}`);
      page = now;
      return done;
    },
    send: (who, path, fields) =>
      converse(who, new Request(`${origin}/${path}`, { method: 'POST', body: new URLSearchParams(fields) })),
    refreshToken: () => /rt1_[\w-]{43}/.exec([...stored.values()].join())?.[0] ?? '',
    drawing() {
      client.dispose();
      const people = ['Page', 'Server', 'Thief'].filter((name) => lines.some((line) => line.includes(name)));
      const body = [...people.map((name) => `participant ${name}`), ...lines].map((line) => `  ${line}`);
      return fenced('mermaid', ['sequenceDiagram', ...body].join('\n'));
    },
  };
  await client.login(ada);
  await stage.act(async () => {});
  lines.length = 0;
  await noteOnce();
  lines.push(`Note over Page: ${page}`, `Note over Server: ${rows}`);
  return stage;
}

/** Gives secrets short names, in the order in which they turn up. */
function createNames() {
  const refreshTokens: string[] = [];
  const accessTokens: string[] = [];
  const keys: string[] = [];
  const nameIn = (list: string[], letter: string, secret: string): string => {
    if (!list.includes(secret)) list.push(secret);
    return `${letter}${list.indexOf(secret) + 1}`;
  };
  const tickets = async () =>
    Promise.all(refreshTokens.map(async (token, n) => [await ticketOf(token), `ticket of R${n + 1}`] as const));
  const known: (readonly [string, string])[] = [];
  const learn = async () => {
    known.splice(0, known.length, ...(await tickets()));
    accessTokens.forEach((token, n) => void known.unshift([token, `A${n + 1}`]));
    refreshTokens.forEach((token, n) => void known.unshift([token, `R${n + 1}`]));
  };

  return {
    foundIn: (text: string): string =>
      known
        .filter(([secret]) => text.includes(secret))
        .map(([, name]) => name)
        .sort()
        .join(', '),

    async carriedBy(request: Request): Promise<string> {
      const said: string[] = [];
      const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
      if (bearer) said.push(nameIn(accessTokens, 'A', bearer));
      const text = await request.clone().text();
      for (const [name, value] of new URLSearchParams(text)) {
        if (name === 'access_token') said.push(nameIn(accessTokens, 'A', value));
        if (name === 'refresh_token') said.push(nameIn(refreshTokens, 'R', value));
        if (name === 'logout_ticket') said.push(this.foundIn(value));
      }
      const key = request.headers.get('idempotency-key');
      if (key) said.push(`key ${nameIn(keys, 'K', key)}`);
      return said.join(', ');
    },

    async answerOf(response: Response): Promise<string> {
      const text = await response.text();
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      if (typeof body['access_token'] === 'string' && typeof body['refresh_token'] === 'string') {
        const said = [
          nameIn(accessTokens, 'A', body['access_token']),
          nameIn(refreshTokens, 'R', body['refresh_token']),
        ];
        await learn();
        return said.join(', ');
      }
      return [body['error'], body['reason'], body['status']].filter((word) => typeof word === 'string').join(', ');
    },

    async rowsOf(
      sessions: readonly {
        family: { revokeReason: string | null };
        tokens: readonly { hash: string; status: string }[];
      }[],
    ) {
      const hashes = await Promise.all(refreshTokens.map(hashOf));
      const said = sessions.map(({ family, tokens }) => {
        const states = tokens.map(({ hash, status }, n) => {
          const index = hashes.indexOf(hash);
          return `R${index < 0 ? n + 1 : index + 1} ${status}`;
        });
        const ended = family.revokeReason === null ? '' : `, the session has ended (${family.revokeReason})`;
        return states.join(', ') + ended;
      });
      return said.join(' / ');
    },
  };
}
