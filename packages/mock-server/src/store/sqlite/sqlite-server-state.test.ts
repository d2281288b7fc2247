import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { serverStateContract } from '../sql/server-state.contract.ts';
import { sqliteServerState } from './sqlite-server-state.ts';

serverStateContract('SQLite', () => {
  const file = temporaryFolder()('state.sqlite');
  return async () => {
    const state = sqliteServerState({ file });
    let open = true;
    const close = async () => {
      if (open) await state.close();
      open = false;
    };
    onTestFinished(close);
    return { ...state, close };
  };
});

it('only the owner of the file can read what is in it', () => {
  const file = temporaryFolder()('state.sqlite');
  const state = sqliteServerState({ file });
  onTestFinished(() => state.close());
  for (const name of [file, `${file}-wal`]) expect((statSync(name).mode & 0o777).toString(8)).toBe('600');
});

it('a file that a newer version has written is left alone', async () => {
  const file = temporaryFolder()('state.sqlite');
  await sqliteServerState({ file }).close();
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(() => sqliteServerState({ file })).toThrow('version 99');
});
