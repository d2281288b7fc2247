import { code, table } from '../markdown.ts';
import { anyEndpoint } from './any-endpoint.ts';
import { boundSessions } from './bound-sessions.ts';
import { reactionTo } from './client-reaction.ts';
import { loginRefusals } from './login.ts';
import { logoutRefusals } from './logout.ts';
import { protectedResources } from './protected-resources.ts';
import { refreshRefusals } from './refresh.ts';
import type { RefusalCase } from './refusal-case.ts';
import { revokeRefusals } from './revoke.ts';

const refusals: Readonly<Record<string, readonly RefusalCase[]>> = {
  'any endpoint': anyEndpoint,
  'auth/login': loginRefusals,
  'auth/refresh': refreshRefusals,
  'auth/logout': logoutRefusals,
  'auth/revoke': revokeRefusals,
  'protected resources': protectedResources,
  'bound sessions': boundSessions,
};

const telling: readonly string[] = ['allow', 'dpop-nonce', 'retry-after', 'www-authenticate'];

const head = ['when', 'status', '`error`', 'in words, headers', 'the client'];

interface Refused {
  readonly error: string;
  readonly reason?: string;
  readonly error_description?: string;
  readonly title?: string;
}

export interface RefusalTables {
  /** By endpoint. */
  readonly tables: ReadonlyMap<string, string>;
  /** What the server said in words, all of it. */
  readonly descriptions: readonly string[];
}

/** Provokes every refusal and shows how the server answers and what a client makes of it. */
export async function tellRefusals(): Promise<RefusalTables> {
  const tables = new Map<string, string>();
  const descriptions: string[] = [];
  for (const [endpoint, cases] of Object.entries(refusals)) {
    const rows: string[][] = [];
    const columns = cases.some(({ asked }) => asked !== null) ? head : head.slice(0, -1);
    for (const each of cases) {
      const { row, refused } = await refuse(each);
      rows.push(row.slice(0, columns.length));
      descriptions.push(refused.error_description ?? refused.title ?? '');
    }
    tables.set(endpoint, table(columns, rows));
  }
  return { tables, descriptions };
}

async function refuse({ provoke, asked, when, open }: RefusalCase) {
  const world = await open();
  try {
    const exchange = await provoke(world);
    const { status, headers } = exchange.response;
    if (status < 400) throw new Error(`"${when}" was not refused: ${status} ${exchange.text}`);
    const refused = JSON.parse(exchange.text) as Refused;
    const words = refused.error_description ?? refused.title ?? '';
    const told = [...headers]
      .filter(([name]) => telling.includes(name))
      .map(([name, value]) => code(`${name}: ${name === 'dpop-nonce' ? '…' : value}`));
    const error = code(refused.error) + (refused.reason === undefined ? '' : `, \`reason\` ${code(refused.reason)}`);
    const row = [
      when,
      String(status),
      error,
      [words, ...told].filter(Boolean).join(' '),
      await reactionTo(exchange, asked),
    ];
    return { row, refused };
  } finally {
    await world.close();
  }
}
