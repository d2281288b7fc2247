import { type Family, memoryStore, type TokenResponse } from '@latchkey/mock-server';
import { type ExampleServer, type Exchange, openExampleServer, refreshAsk } from './example-server.ts';
import { code, table } from './markdown.ts';

const key = (n: number) => `${n}`.padStart(32, 'k');

/** A session that was refreshed so often, each time with the key of that number, and its refresh tokens. */
type Line = readonly string[];

interface Case {
  readonly token: string;
  /** How often the session is refreshed before. */
  readonly refreshes: number;
  arrange?(world: ExampleServer): Promise<void>;
  present(world: ExampleServer, line: Line): Promise<Exchange>;
}

const cases: readonly Case[] = [
  {
    token: 'is known to nobody, or is current and belongs to another client',
    refreshes: 0,
    present: ({ ask }, [first = '']) => ask(refreshAsk(first, key(1), 'other')),
  },
  {
    token: 'is rotated and belongs to another client',
    refreshes: 1,
    present: ({ ask }, [first = '']) => ask(refreshAsk(first, key(0), 'other')),
  },
  {
    token: 'is of a session that has ended',
    refreshes: 0,
    async arrange({ server }) {
      const [row] = await server.sessions.list();
      await server.sessions.revoke(row?.sid ?? '');
    },
    present: ({ ask }, [first = '']) => ask(refreshAsk(first, key(1))),
  },
  {
    token: 'is of a session beyond its week or its three months',
    refreshes: 0,
    present({ server, ask }, [first = '']) {
      server.clock.advance('7d');
      return ask(refreshAsk(first, key(1)));
    },
  },
  {
    token: 'is current, with the key that any earlier token of the session was exchanged with',
    refreshes: 3,
    present: ({ ask }, line) => ask(refreshAsk(line.at(-1) ?? '', key(0))),
  },
  {
    token: 'is current, and the session has had its share for this minute',
    refreshes: 10,
    present: ({ ask }, line) => ask(refreshAsk(line.at(-1) ?? '', key(11))),
  },
  {
    token: 'is current',
    refreshes: 0,
    present: ({ ask }, [first = '']) => ask(refreshAsk(first, key(0))),
  },
  {
    token: 'is rotated, and is not the parent of the current one',
    refreshes: 2,
    present: ({ ask }, [first = '']) => ask(refreshAsk(first, key(0))),
  },
  {
    token: 'is the parent, with another key than it was exchanged with, or with none',
    refreshes: 1,
    present: ({ ask }, [first = '']) => ask(refreshAsk(first)),
  },
  {
    token: 'is the parent, with its key, after 120 seconds',
    refreshes: 1,
    present({ server, ask }, [first = '']) {
      server.clock.advance(120_001);
      return ask(refreshAsk(first, key(0)));
    },
  },
  {
    token: 'is the parent, with its key, after a hundred repeats',
    refreshes: 1,
    async present({ ask }, [first = '']) {
      for (let n = 0; n < 100; n += 1) await ask(refreshAsk(first, key(0)));
      return ask(refreshAsk(first, key(0)));
    },
  },
  {
    token: 'is the parent, with its key',
    refreshes: 1,
    present({ server, ask }, [first = '']) {
      server.clock.advance(120_000);
      return ask(refreshAsk(first, key(0)));
    },
  },
];

/** What becomes of a refresh, by the token that is presented. */
export async function tellRotation(): Promise<string> {
  const rows = [];
  for (const each of cases) rows.push([each.token, ...(await outcomeOf(each))]);
  return table(['the presented token', 'answer', 'the session'], rows);
}

async function outcomeOf({ refreshes, arrange, present }: Case): Promise<[string, string]> {
  const store = memoryStore();
  const world = await openExampleServer({ store });
  try {
    const line = [(await world.server.seedSession('ada', { clientId: 'spa' })).refresh_token];
    for (let n = 0; n < refreshes; n += 1) {
      const { text } = await world.ask(refreshAsk(line.at(-1) ?? '', key(n)));
      line.push((JSON.parse(text) as TokenResponse).refresh_token);
    }
    await arrange?.(world);
    const [before] = await store.list();
    const { response, text } = await present(world, line);
    const [after] = await store.list();
    const answer = JSON.parse(text) as Partial<TokenResponse> & { reason?: string };
    const told = answer.reason === undefined ? '' : `, ${code(answer.reason)}`;
    const successor = line.includes(answer.refresh_token ?? '') ? 'its successor again' : 'a successor';
    return [`${response.status}${response.ok ? `, ${successor}` : told}`, fateOf(before?.family, after?.family)];
  } finally {
    await world.close();
  }
}

function fateOf(before: Family | undefined, after: Family | undefined): string {
  if (before === undefined || after === undefined) throw new Error('There is no session.');
  if (after.revokeReason !== before.revokeReason) return `ends: ${code(after.revokeReason ?? '')}`;
  if (after.generation !== before.generation) return 'rotates';
  return after.replayCount === before.replayCount ? 'stays as it is' : 'counts the repeat';
}
