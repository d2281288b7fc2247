import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { sqliteServerState } from './sqlite-server-state.ts';

/*
 * Kind: a database is kept from other users by changing the mode of whatever its path names. What is no file, such as /dev/null, belongs
 * to everybody, and must keep its mode.
 */

const make: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a folder': (path) => mkdirSync(path),
  'a link to a folder': (path) => {
    mkdirSync(`${path}.d`);
    symlinkSync(`${path}.d`, path);
  },
};

it.skipIf(process.platform === 'win32').each(Object.keys(make))('%s is refused, and keeps its mode (OX18)', (what) => {
  const path = temporaryFolder()('somewhere');
  make[what]?.(path);
  chmodSync(path, 0o666);
  expect(() => sqliteServerState({ file: path })).toThrow('is no file');
  expect(statSync(path).mode & 0o777).toBe(0o666);
});
