import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(`${root}SECURITY.md`, 'utf8');
const manifest = (name: string): Record<string, Record<string, string>> =>
  JSON.parse(readFileSync(`${root}packages/${name}/package.json`, 'utf8'));

test('every guarantee names a test, and every test it names is there', () => {
  const rows =
    text
      .split('\n## ')
      .find((section) => section.startsWith('Guarantees'))
      ?.split('\n') ?? [];
  const guarantees = rows.filter((row) => row.startsWith('| ') && !/^\| (what|---)/.test(row));
  expect(guarantees.length).toBeGreaterThan(10);
  for (const row of guarantees) {
    const links = [...row.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length, row).toBeGreaterThan(0);
    for (const path of links) expect(existsSync(root + path), path).toBe(true);
  }
  for (const [, path = ''] of text.matchAll(/\]\(([^):#]+)/g)) expect(existsSync(root + path), path).toBe(true);
});

test('each of the thirty security tests has a test with its id', () => {
  const folders = ['test', 'packages/client/src', 'packages/mock-server/src'];
  const titles = folders
    .flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules') && !path.startsWith('test/docs/'))
    .map((path) => readFileSync(root + path, 'utf8'))
    .join('\n');
  const missing = Array.from({ length: 30 }, (_, index) => `TST-${index + 1}`).filter(
    (id) => !new RegExp(`${id}(?!\\d)`).test(titles),
  );
  expect(missing).toEqual([]);
});

test('the client depends on ky and jwt-decode in exact versions, and nothing published runs a script at install', () => {
  expect(manifest('client')['dependencies']).toEqual({
    'jwt-decode': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    ky: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
  for (const name of ['client', 'mock-server']) {
    const { scripts = {} } = manifest(name);
    expect(Object.keys(scripts).filter((script) => /install|prepare/.test(script))).toEqual([]);
  }
});
