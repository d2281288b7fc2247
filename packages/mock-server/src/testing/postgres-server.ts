import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const installations = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs, the newest there is; null where there is none. */
export function postgresPrograms(): string | null {
  const versions = existsSync(installations) ? readdirSync(installations) : [];
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(installations, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'postgres'))) ?? null;
}

export interface PostgresServer {
  readonly connectionString: string;
  /** The folder of its socket. */
  readonly folder: string;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

/** Fast and forgetful: what the machine's power does is not what the tests are about. */
const forTests = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=60',
  'deadlock_timeout=100ms',
];

/**
 * The shell outlives us if we are killed: when the pipe it reads from closes, for whatever reason, it stops the server and
 * removes the folder.
 */
const script = `
  "$1/initdb" -D "$2/data" -U latchkey -A trust -E UTF8 --locale=C --no-sync &&
  "$1/pg_ctl" -D "$2/data" -l "$2/log" -o "$3" -w start && echo 'is ready'
  cat
  "$1/pg_ctl" -D "$2/data" -m immediate -w stop
  rm -rf "$2"
`;

/** Starts a PostgreSQL of its own in a new folder, reachable through a socket there only. */
export async function startPostgres(programs: string, settings: readonly string[] = forTests): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  const user = unprivilegedUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const options = ['listen_addresses=', `unix_socket_directories=${folder}`, ...settings];
  const flags = options.map((option) => `-c ${option.endsWith('=') ? `${option}''` : option}`).join(' ');
  const shell = spawn('/bin/sh', ['-c', script, 'sh', programs, folder, flags], {
    ...user,
    cwd: folder,
    detached: true,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
  });
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()));
  const stop = async () => {
    shell.stdin.end();
    await ended;
  };
  let said = '';
  await new Promise<void>((resolve) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      if (/is ready\n|error|could not|stopped waiting/.test(said)) resolve();
    };
    shell.stdout.on('data', listen);
    shell.stderr.on('data', listen);
    shell.once('error', (error) => listen(Buffer.from(`error: ${error.message}`)));
  });
  if (!said.includes('is ready\n')) {
    await stop();
    throw new Error(`PostgreSQL does not start: ${said}`);
  }
  const connectionString = `postgres://latchkey@localhost/postgres?host=${encodeURIComponent(folder)}`;
  return { connectionString, folder, stop };
}

/** PostgreSQL refuses to run as root. */
export function unprivilegedUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (option: string) => {
    try {
      return Number(
        execFileSync('id', [option, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      );
    } catch {
      return Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
    }
  };
  return { uid: id('-u'), gid: id('-g') };
}
