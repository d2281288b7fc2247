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

test('every thief of the threat model is in the document, and what stops or bounds him', () => {
  const rows = text
    .split('\n## ')
    .find((section) => section.startsWith('Who stole what'))
    ?.split('\n')
    .filter((row) => row.startsWith('| ') && !/^\| (the thief|---)/.test(row));
  expect(rows).toHaveLength(8);
  for (const row of rows ?? []) expect(row.split('|').filter((cell) => cell.trim() !== '')).toHaveLength(3);
});

test('the client depends on ky and jwt-decode, in exact versions, and nothing published runs a script at install', () => {
  const exact = /^\d+\.\d+\.\d+$/;
  expect(manifest('client')['dependencies']).toEqual({
    'jwt-decode': expect.stringMatching(exact),
    ky: expect.stringMatching(exact),
  });
  expect(manifest('mock-server')['dependencies']).toEqual({ jose: expect.stringMatching(exact) });
  for (const name of ['client', 'mock-server']) expect(manifest(name)['scripts'] ?? {}).toEqual({});
});

test('workflows pin every action to a commit, and only publishing may write anything', () => {
  const folder = `${root}.github/workflows/`;
  const workflows = readdirSync(folder).map((name) => ({ name, yaml: readFileSync(folder + name, 'utf8') }));
  expect(workflows.map(({ name }) => name)).toEqual(['ci.yml', 'release.yml']);
  for (const { name, yaml } of workflows) {
    const actions = [...yaml.matchAll(/uses: (?!\.\/)(\S+)/g)].map(([, action]) => action);
    expect(actions.length, name).toBeGreaterThan(0);
    for (const action of actions) expect(action, name).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
    expect(yaml, name).toMatch(/^permissions:\n {2}contents: read\n$/m);
    expect([...yaml.matchAll(/: write$/gm)], name).toHaveLength(name === 'release.yml' ? 1 : 0);
    expect(yaml, name).not.toMatch(/secrets\./);
  }
  expect(workflows[1]?.yaml).toMatch(/id-token: write[\s\S]*--provenance/);
  expect(workflows[0]?.yaml).toMatch(/pnpm@12 audit$/m);
});

// Kind: code that was not looked at runs where packages can be published.
test('a release takes tools of exact versions, and nothing is built where it is published (OX18)', () => {
  const yaml = readFileSync(`${root}.github/workflows/release.yml`, 'utf8');
  for (const [, tool, version] of yaml.matchAll(/\b(pnpm|npm|npx|corepack)@(\S+)/g)) {
    expect(version, tool).toMatch(/^\d+\.\d+\.\d+$/);
  }
  const versions = [...yaml.matchAll(/node-version: (\S+)/g)].map(([, version]) => version);
  expect(versions.length).toBeGreaterThan(0);
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/);

  const jobs = new Map(yaml.split(/^ {2}(?=[\w-]+:$)/m).map((text) => [text.split(':', 1)[0] ?? '', text]));
  const mayPublish = [...jobs].filter(([, text]) => text.includes('id-token: write'));
  expect(mayPublish.map(([name]) => name)).toEqual(['publish']);
  for (const [, text] of mayPublish) {
    expect(text).not.toMatch(/actions\/checkout|\bpnpm\b|\bnpx\b|\bnpm (?:ci|install|i|run|exec)\b|\brun build\b/);
  }
  expect(jobs.get('build')).toMatch(/install --frozen-lockfile/);
});
