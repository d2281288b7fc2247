import { parseArgs } from 'node:util';

export const storeNames = ['memory', 'sqlite', 'postgres'] as const;
export type StoreName = (typeof storeNames)[number];

export interface BenchOptions {
  readonly stores: readonly StoreName[];
  /** Sessions in the store. */
  readonly sizes: readonly number[];
  /** Sessions that are refreshed and logged out in each round. */
  readonly requests: number;
  readonly rounds: number;
  /** Dead sessions that a purge finds. */
  readonly dead: number;
  /** Where the result goes; null prints it only. */
  readonly out: string | null;
}

export const usage = `Measures refreshes, logouts, the purge and the memory of the mock server's stores.

  pnpm bench:server [--stores memory,sqlite,postgres] [--sizes 1000,100000,1000000] [--requests 1000] [--rounds 3]
                    [--dead 100000] [--out docs/benchmarks-server.md]

  --out -    print the result and write nothing
`;

/** @throws RangeError for what cannot be measured. */
export function readOptions(args: readonly string[], defaultOut: string): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stores: { type: 'string', default: storeNames.join() },
      sizes: { type: 'string', default: '1000,100000,1000000' },
      requests: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '3' },
      dead: { type: 'string', default: '100000' },
      out: { type: 'string', default: defaultOut },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const requests = whole(values.requests);
  const sizes = values.sizes.split(',').map(whole);
  if (requests < 10) throw new RangeError('Fewer than 10 requests say nothing.');
  if (Math.min(...sizes) < requests)
    throw new RangeError('Each request needs a session of its own: take larger --sizes.');
  return {
    stores: values.stores.split(',').map(storeName),
    sizes,
    requests,
    rounds: whole(values.rounds),
    dead: whole(values.dead),
    out: values.out === '-' ? null : values.out,
  };
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`"${text}" is no number of things.`);
  return number;
}

function storeName(text: string): StoreName {
  const name = storeNames.find((candidate) => candidate === text);
  if (name === undefined) throw new RangeError(`"${text}" is none of the stores ${storeNames.join(', ')}.`);
  return name;
}
