import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unprivilegedUser } from './postgres-server.ts';

/** Where Debian and others put it; null where it is not. */
export const pgbouncerProgram = (): string | null =>
  ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find((path) => existsSync(path)) ?? null;

export interface Pgbouncer {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** With its own settings but for where it is: few connections, so that clients get each other's. */
const settings = (folder: string, server: string, mode: string): string => `
[databases]
postgres = host=${server} port=5432 user=latchkey
[pgbouncer]
listen_addr =
unix_socket_dir = ${folder}
listen_port = 6432
auth_type = any
pool_mode = ${mode}
default_pool_size = 4
max_client_conn = 200
`;

/**
 * Starts PgBouncer before a PostgreSQL whose socket is in a folder. The shell outlives us if we are killed: it stops it when the
 * pipe that it reads from closes.
 */
export async function startPgbouncer(
  program: string,
  server: string,
  mode: 'session' | 'transaction',
): Promise<Pgbouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'));
  const user = unprivilegedUser();
  writeFileSync(join(folder, 'pgbouncer.ini'), settings(folder, server, mode));
  if (user !== null) for (const path of [folder, join(folder, 'pgbouncer.ini')]) chownSync(path, user.uid, user.gid);
  const script = '"$1" "$2/pgbouncer.ini" & read -r line; kill $!; wait';
  const shell = spawn('/bin/sh', ['-c', script, 'sh', program, folder], { ...user, cwd: folder, detached: true });
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()));
  let said = '';
  await new Promise<void>((resolve) => {
    shell.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (/process up|FATAL|ERROR/.test(said)) resolve();
    });
    shell.once('close', resolve);
  });
  const stop = async () => {
    shell.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!said.includes('process up')) {
    await stop();
    throw new Error(`PgBouncer does not start: ${said}`);
  }
  return { connectionString: `postgres://latchkey@localhost:6432/postgres?host=${encodeURIComponent(folder)}`, stop };
}
