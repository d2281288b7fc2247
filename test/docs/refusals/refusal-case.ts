import type { TokenResponse } from '@latchkey/mock-server';
import { type Ask, type ExampleServer, type Exchange, openExampleServer, refreshAsk } from '../example-server.ts';
import type { Asked } from './client-reaction.ts';

/** Arranges a refusal and sends the request whose answer it is. */
export type Provoke = (world: ExampleServer) => Promise<Exchange>;

/** One way to be refused. */
export interface RefusalCase {
  readonly when: string;
  readonly asked: Asked;
  readonly provoke: Provoke;
  readonly open: () => Promise<ExampleServer>;
}

/** Refusals of one kind of request. */
export const met = (
  asked: Asked,
  cases: readonly (readonly [when: string, provoke: Provoke, open?: RefusalCase['open']])[],
): readonly RefusalCase[] => cases.map(([when, provoke, open = openExampleServer]) => ({ when, asked, provoke, open }));

/** A refusal that needs no arrangement. */
export const plainly =
  (ask: Ask): Provoke =>
  (world) =>
    world.ask(ask);

export const unknownToken: string = `rt1_${'x'.repeat(43)}`;

/** An Idempotency-Key. */
export const key = (n: number): string => `${n}`.padStart(32, 'k');

export const tokensIn = ({ text }: Exchange): TokenResponse => JSON.parse(text) as TokenResponse;

/** What an address is told that has guessed too often. */
export const tooManyGuesses = (ask: (tokens: TokenResponse) => Ask): readonly [string, Provoke] => [
  'a further unknown token from an address that has shown too many, see [limits](#limits)',
  async (world) => {
    for (let n = 0; n < 30; n += 1) await world.ask(refreshAsk(unknownToken));
    return world.ask(ask(await world.server.seedSession('ada')));
  },
];
