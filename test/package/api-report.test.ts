import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';

/**
 * The public surface as it was last agreed upon: `packages/<name>/api/<entry>.api.d.ts`. A change of it shows in review.
 * `UPDATE_API=1` writes what is there now.
 */
const reports = (name: string) => fileURLToPath(new URL(`../../packages/${name}/api/`, import.meta.url));
const update = process.env['UPDATE_API'] === '1';

describe.each(['client', 'mock-server'])('the surface of @latchkey/%s', (name) => {
  const dist = () => join(inject('consumer'), 'node_modules', '@latchkey', name, 'dist');
  const entries = async () => (await readdir(dist())).filter((file) => file.endsWith('.d.ts')).sort();

  test('is what its report says, entry by entry', async () => {
    if (update) await mkdir(reports(name), { recursive: true });
    for (const entry of await entries()) {
      const now = await readFile(join(dist(), entry), 'utf8');
      const report = join(reports(name), entry.replace(/\.d\.ts$/, '.api.d.ts'));
      if (update) await writeFile(report, now);
      expect(now, `${entry} differs from its report: UPDATE_API=1 writes it`).toBe(await readFile(report, 'utf8'));
    }
  });

  test('has a report for every entry, and none for what is gone', async () => {
    const reported = (await readdir(reports(name))).sort();
    expect(reported).toEqual((await entries()).map((entry) => entry.replace(/\.d\.ts$/, '.api.d.ts')));
  });
});
