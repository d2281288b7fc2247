import type { Policy, TokenResponse } from '@latchkey/mock-server';
import { signedByStranger } from '../../packages/mock-server/src/testing/forgeries.ts';
import { ada, type ExampleServer, eve, form, jsonBody, openExampleServer, refreshAsk } from './example-server.ts';
import { code, table } from './markdown.ts';

type Requires = Policy['logoutRequires'];

/** What somebody holds who asks for a logout. */
interface Holding {
  readonly access?: string;
  readonly refresh?: string;
  readonly sid?: string;
}

interface Scenario {
  readonly title: string;
  /** Whether Ada's session should be over afterwards. */
  readonly shouldEnd: boolean;
  play(cast: Cast): Promise<void>;
}

/** Ada's session and what the people around it can do. */
interface Cast {
  readonly world: ExampleServer;
  readonly ada: TokenResponse;
  /** Asks for a logout in the way this server wants it, with as much of it as is at hand. */
  logout(holding: Holding): Promise<number>;
  refresh(refreshToken: string): Promise<TokenResponse | null>;
  login(): Promise<TokenResponse>;
}

const pairOf = ({ access_token, refresh_token }: TokenResponse): Holding => ({
  access: access_token,
  refresh: refresh_token,
});

/** What a user does who means it: where the logout is refused, gets new tokens to log out with. */
async function leave({ ada, logout, refresh, login }: Cast): Promise<void> {
  if ((await logout(pairOf(ada))) === 200) return;
  await logout(pairOf((await refresh(ada.refresh_token)) ?? (await login())));
}

const scenarios: readonly Scenario[] = [
  {
    title: 'The user logs out, the access token still valid',
    shouldEnd: true,
    play: leave,
  },
  {
    title: 'The user logs out after an hour, the access token expired',
    shouldEnd: true,
    async play(cast) {
      cast.world.server.clock.advance('1h');
      await leave(cast);
    },
  },
  {
    title: 'The same, and closes the page at once',
    shouldEnd: true,
    async play({ world, ada, logout }) {
      world.server.clock.advance('1h');
      await logout(pairOf(ada));
    },
  },
  {
    title: 'The user logged out without a network; the request is sent a day later',
    shouldEnd: true,
    async play({ world, ada, logout }) {
      world.server.clock.advance('1d');
      await logout(pairOf(ada));
    },
  },
  {
    title: 'The user comes back after eight days and logs out',
    shouldEnd: true,
    async play(cast) {
      cast.world.server.clock.advance('8d');
      await leave(cast);
    },
  },
  {
    title: 'A thief has used the stolen refresh token; after an hour the user logs out and closes the page',
    shouldEnd: true,
    async play({ world, ada, logout, refresh }) {
      await refresh(ada.refresh_token);
      world.server.clock.advance('1h');
      await logout(pairOf(ada));
    },
  },
  {
    title: 'A leaked refresh token is sent with the access token of whoever found it',
    shouldEnd: true,
    async play({ world, ada, logout }) {
      const finder = await world.server.seedSession('eve');
      await logout({ access: finder.access_token, refresh: ada.refresh_token });
    },
  },
  {
    title: 'A leaked refresh token is sent with a forged access token',
    shouldEnd: true,
    play: async ({ ada, logout }) =>
      void (await logout({ access: await signedByStranger(ada.access_token), refresh: ada.refresh_token })),
  },
  {
    title: 'A stolen access token alone, still valid',
    shouldEnd: false,
    play: async ({ ada, logout }) => void (await logout({ access: ada.access_token })),
  },
  {
    title: 'A stolen access token alone, expired',
    shouldEnd: false,
    async play({ world, ada, logout }) {
      world.server.clock.advance('1h');
      await logout({ access: ada.access_token });
    },
  },
  {
    title: 'A forged access token alone',
    shouldEnd: false,
    play: async ({ ada, logout }) => void (await logout({ access: await signedByStranger(ada.access_token) })),
  },
  {
    title: 'A stranger who has read the session’s id somewhere',
    shouldEnd: false,
    play: async ({ ada, logout }) => void (await logout({ sid: ada.sid })),
  },
  {
    title: 'A stranger without anything',
    shouldEnd: false,
    play: async ({ logout }) => void (await logout({})),
  },
];

const policies: readonly Requires[] = ['pair', 'bearer', 'nothing'];

export interface Verdict {
  readonly table: string;
  /** For each policy, the scenarios in which it does not do what it should. */
  readonly wrong: Readonly<Record<Requires, readonly string[]>>;
}

/** Plays each scenario on a server of each kind. */
export async function comparePolicies(): Promise<Verdict> {
  const wrong: Record<Requires, string[]> = { pair: [], bearer: [], nothing: [] };
  const rows = [];
  for (const scenario of scenarios) {
    const cells = [];
    for (const requires of policies) {
      const { ended, trail } = await play(scenario, requires);
      const isRight = ended === scenario.shouldEnd;
      if (!isRight) wrong[requires].push(scenario.title);
      const fate = ended ? 'ends' : 'lives on';
      cells.push(`${isRight ? fate : `**${fate}**`} (${trail.join(', ')})`);
    }
    rows.push([scenario.title, scenario.shouldEnd ? 'end' : 'live on', ...cells]);
  }
  return { table: table(['what happens', 'the session should', ...policies.map((name) => code(name))], rows), wrong };
}

async function play({ play }: Scenario, logoutRequires: Requires): Promise<{ ended: boolean; trail: string[] }> {
  const world = await openExampleServer({ policy: { logoutRequires }, users: [ada, eve] });
  const trail: string[] = [];
  const say = async (what: string, asked: ReturnType<ExampleServer['ask']>) => {
    const exchange = await asked;
    trail.push(`${what} ${exchange.response.status}`);
    return exchange;
  };
  try {
    const session = await world.server.seedSession('ada', { clientId: 'spa' });
    await play({
      world,
      ada: session,
      logout: async (holding) => (await say('logout', world.ask(logoutAsk(logoutRequires, holding)))).response.status,
      async refresh(refreshToken) {
        const { response, text } = await say('refresh', world.ask(refreshAsk(refreshToken)));
        return response.ok ? (JSON.parse(text) as TokenResponse) : null;
      },
      login: async () => JSON.parse((await say('login', world.ask(jsonBody('auth/login', ada)))).text) as TokenResponse,
    });
    const rows = await world.server.sessions.list('ada');
    return { ended: rows.every(({ status }) => status === 'revoked'), trail };
  } finally {
    await world.close();
  }
}

/** What a client of such a server sends. */
function logoutAsk(requires: Requires, { access, refresh, sid }: Holding) {
  const bearer: Record<string, string> = access === undefined ? {} : { authorization: `Bearer ${access}` };
  if (requires === 'bearer') return form('auth/logout', {}, bearer);
  return form('auth/logout', {
    ...(access !== undefined && { access_token: access }),
    ...(refresh !== undefined && { refresh_token: refresh }),
    ...(sid !== undefined && { sid }),
  });
}
