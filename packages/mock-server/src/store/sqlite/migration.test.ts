// Kind: a database that an older version has written must go on, with its sessions, under a newer one.
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { someFamily, someToken, start } from '../../testing/rows.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { sqliteStore } from './sqlite-store.ts';

/** A file as version 1 left it: without the indexes over sessions that have ended, and those that have not. */
async function versionOne(): Promise<string> {
  const file = temporaryFolder()('sessions.sqlite');
  const store = sqliteStore({ file });
  await store.open(someFamily(), someToken());
  const ended = someFamily({ id: 'ended', revokedAt: start, revokeReason: 'logout' });
  await store.open(ended, someToken({ hash: 'hash-2', familyId: 'ended' }));
  await store.close();
  const database = new DatabaseSync(file);
  database.exec('DROP INDEX unended_families; DROP INDEX ended_families; PRAGMA user_version = 1');
  database.close();
  return file;
}

it('a file of version 1 is brought up to date, once, by whoever opens it first (OS4)', async () => {
  const file = await versionOne();
  for (let times = 0; times < 2; times += 1) {
    const store = sqliteStore({ file });
    onTestFinished(() => store.close());
    expect((await store.unended('ada', 0)).map(({ id }) => id)).toEqual(['family-1']);
    expect(await store.recent('ada', { unended: 9, ended: 9 })).toHaveLength(2);
  }
});

it('what a login reads is found by an index, however many sessions have ended or lapsed (OS4)', async () => {
  const file = await versionOne();
  await sqliteStore({ file }).close();
  const database = new DatabaseSync(file);
  const plan = database
    .prepare(`EXPLAIN QUERY PLAN SELECT * FROM families INDEXED BY unended_families
      WHERE user_id = 'ada' AND revoked_at IS NULL AND last_rotated_at / 86400000 >= 20000`)
    .all() as { detail: string }[];
  database.close();
  expect(plan[0]?.detail).toMatch(/^SEARCH families USING INDEX unended_families \(user_id=\? AND <expr>>\?\)$/);
});
