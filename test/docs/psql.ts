import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { read } from './marked-section.ts';

const run = promisify(execFile);

/** The SQL of the protocol whose first line is that comment. */
export function sqlOf(name: string): string {
  const found = [...read('protocol.md').matchAll(/^```sql\n-- (.+)\n([\s\S]*?)^```$/gm)].find(
    (match) => match[1] === name,
  );
  if (found === undefined) throw new Error(`The protocol has no SQL "${name}".`);
  return found[2] ?? '';
}

/** Puts values in the places of `:name`. */
export function bound(sql: string, values: Readonly<Record<string, string | number>>): string {
  return sql.replace(/(?<![:\w]):([a-z_]+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`There is no value for :${name}.`);
    return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
  });
}

export interface Psql {
  /** Rejects at the first statement that fails. Returns what was selected, a line for each row. */
  run(sql: string): Promise<string[]>;
}

/** Runs SQL by PostgreSQL's own command, each time on a connection of its own, in one schema. */
export const psql = (programs: string, connectionString: string, schema: string): Psql => ({
  async run(sql) {
    const settings = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', connectionString];
    const { stdout } = await run(join(programs, 'psql'), [
      ...settings,
      '-c',
      `SET search_path TO ${schema}`,
      '-c',
      sql,
    ]);
    return stdout.split('\n').filter((line) => line !== '');
  },
});
