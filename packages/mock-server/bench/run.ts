import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type PostgresServer, postgresPrograms, startPostgres } from '../src/testing/postgres-server.ts';
import type { MemoryResult, PurgeResult } from './jobs.ts';
import { type LoginTimes, measureLogins } from './logins.ts';
import { type BenchOptions, readOptions, type StoreName, usage } from './options.ts';
import { measureMemory, measurePurge, type RequestTimes, race } from './processes.ts';
import { report } from './report.ts';
import { deadSession, liveSession, type MadeUp } from './sessions.ts';
import { fill, type Place } from './stores.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
/** As on a server that is there for this alone; everything is written to the disk before it is promised. */
const serious = ['shared_buffers=512MB', 'max_wal_size=4GB'];
/** Each takes a hash of a password, and ends the oldest session. */
const mostLogins = 500;
const say = (line: string) => process.stdout.write(`${line}\n`);

function* madeUp(count: number, make: (number: number, now: number) => MadeUp): Generator<MadeUp> {
  const now = Date.now();
  for (let number = 0; number < count; number += 1) yield make(number, now);
}

async function bench(options: BenchOptions, folder: string, postgres: PostgresServer | null) {
  let places = 0;
  /** A new place with these sessions in it. Memory is filled by whoever measures. */
  async function filled(store: StoreName, live: number, dead: number): Promise<Place> {
    places += 1;
    if (store === 'memory') return { store };
    const place: Place =
      store === 'sqlite'
        ? { store, file: join(folder, `${places}.sqlite`) }
        : { store, connectionString: postgres?.connectionString ?? '', schema: `bench_${places}` };
    say(`filling ${store} with ${live + dead} sessions`);
    await fill[store](place, madeUp(live, liveSession));
    if (dead > 0) await fill[store](place, madeUp(dead, deadSession));
    return place;
  }

  const requests: RequestTimes[] = [];
  for (const store of options.stores) {
    const kept = new Map<number, Place>();
    for (let round = 0; round < options.rounds; round += 1) {
      const racers = [];
      for (const sessions of options.sizes) {
        // Each session is refreshed once: a small store is filled anew.
        const lasts = sessions >= options.requests * options.rounds;
        const place = (lasts && kept.get(sessions)) || (await filled(store, sessions, 0));
        kept.set(sessions, place);
        racers.push({ place, sessions, first: lasts ? round * options.requests : 0 });
      }
      requests.push(...(await race(store, racers, options.requests)));
      say(`${store}: round ${round + 1} of ${options.rounds}`);
    }
  }

  const purges: { store: StoreName; result: PurgeResult }[] = [];
  for (const store of options.stores) {
    const place = await filled(store, options.dead, options.dead);
    const result = await measurePurge({ kind: 'purge', place, dead: options.dead, live: options.dead });
    purges.push({ store, result });
    say(`${store}, purge: the longest request took ${Math.max(...result.during.times).toFixed(0)} ms`);
  }
  const logins: LoginTimes[] = [];
  for (const store of options.stores) {
    for (const ended of [0, options.dead]) {
      logins.push(await measureLogins(await filled(store, 0, 0), ended, Math.min(options.requests, mostLogins)));
    }
    say(`${store}, logins: done`);
  }
  const memory: MemoryResult | null = options.stores.includes('memory')
    ? await measureMemory({ kind: 'memory', sessions: 100_000 })
    : null;
  return { requests, purges, logins, memory };
}

function versions(stores: readonly StoreName[], programs: string | null): string[] {
  const found = [`Node ${process.version.slice(1)}`];
  const sqlite = new DatabaseSync(':memory:').prepare('SELECT sqlite_version() AS version').get();
  if (stores.includes('sqlite')) found.push(`SQLite ${sqlite?.['version']}`);
  if (stores.includes('postgres')) {
    const said = execFileSync(join(programs ?? '', 'postgres'), ['--version'], { encoding: 'utf8' });
    found.push(`PostgreSQL ${/[\d.]+/.exec(said)?.[0]} (${serious.join(', ')})`);
  }
  return found;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const options = readOptions(args, join(repository, 'docs/benchmarks-server.md'));
  if (options === null) return void process.stdout.write(usage);
  const programs = postgresPrograms();
  const wantsPostgres = options.stores.includes('postgres');
  if (wantsPostgres && programs === null)
    throw new Error('Install the Debian package postgresql, or leave it out of --stores.');
  const load = loadavg()[0] ?? 0;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const postgres = wantsPostgres ? await startPostgres(programs ?? '', serious) : null;
  try {
    const found = await bench(options, folder, postgres);
    const command = ['pnpm bench:server', ...args].join(' ');
    const text = report({
      ...found,
      options,
      command,
      load,
      at: new Date(),
      versions: versions(options.stores, programs),
    });
    if (options.out === null) process.stdout.write(text);
    else writeFileSync(options.out, text);
  } finally {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
