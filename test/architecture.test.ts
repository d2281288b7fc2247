import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  badNames,
  bannedWords,
  type ClientMap,
  cycles,
  dangling,
  forbiddenPackages,
  leftPointing,
  nodeImports,
  reach,
  type Sources,
  tooLong,
  unreached,
} from './support/architecture-rules.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

const read = (folder: string, isWanted: (path: string) => boolean): Sources =>
  new Map(
    readdirSync(`${repository}${folder}`, { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules/') && isWanted(path))
      .sort()
      .map((path) => [path, readFileSync(`${repository}${path}`, 'utf8')]),
  );

const isSource = (path: string): boolean => !/\.test\.tsx?$/.test(path);

/** What it exports, `./dist/<name>.js`, is made from `src/<name>.ts`. */
const manifest = JSON.parse(readFileSync(`${repository}packages/client/package.json`, 'utf8')) as {
  exports: Record<string, { default?: string }>;
  peerDependencies: Record<string, string>;
};
/** The libraries there are adapters for. */
const adapted = Object.keys(manifest.peerDependencies).filter((name) => !name.startsWith('@types/'));

const client: ClientMap = {
  root: 'packages/client/src/',
  entries: Object.values(manifest.exports).flatMap(({ default: built }) =>
    built ? [built.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts')] : [],
  ),
  onTop: ['devtools', 'react', 'vue'],
  wiring: ['create-core-client.ts', 'start-client.ts', 'options.ts', 'registered.ts', 'client-types.ts'],
  layers: ['live', 'dpop', 'request', 'session', 'refresh', 'transport', 'storage', 'token'],
};
const server = 'packages/mock-server/src/';

const clientSources = read('packages/client/src', isSource);
const serverSources = read('packages/mock-server/src', isSource);
const sources: Sources = new Map([...clientSources, ...serverSources]);

/** A file over 200 lines is listed here with the reason why it is still one thing. */
const longWithReason: Record<string, string> = {
  'packages/mock-server/src/testing/broken-servers/broken-answers.ts': 'a list: one broken server after the other',
  'packages/mock-server/src/testing/broken-servers/broken-logouts.ts': 'a list: one broken server after the other',
  'packages/mock-server/src/testing/broken-servers/broken-refreshes.ts': 'a list: one broken server after the other',
  'packages/mock-server/src/testing/broken-servers/broken-times.ts': 'a list: one broken server after the other',
};

/** What of the mock server runs on Node alone; everything else runs in a page, too. */
const nodeFiles = [
  'node.ts',
  'node/',
  'node-password-hasher.ts',
  'cli.ts',
  'conformance-cli.ts',
  'cli/',
  'store/sqlite/',
  'testing/',
];
const nodeOnly = [...serverSources.keys()].filter((path) =>
  nodeFiles.some((name) => (name.endsWith('/') ? path.startsWith(server + name) : path === server + name)),
);

test('there is something to check', () => {
  expect(clientSources.size).toBeGreaterThan(10);
  expect(serverSources.size).toBeGreaterThan(5);
});

test('inside the client, imports point one way', () => {
  expect(leftPointing(clientSources, client)).toEqual([]);
});

test('no file imports itself by a detour', () => {
  expect(cycles(sources)).toEqual([]);
});

test('imports name files that exist', () => {
  expect(dangling(sources)).toEqual([]);
});

test('no file is dead: an entry reaches each', () => {
  const entries = client.entries.map((name) => client.root + name);
  expect(unreached(clientSources, client.root, entries)).toEqual([]);
});

test('the mock server never imports the client, nor the client the mock server', () => {
  expect(forbiddenPackages(serverSources, server, ['@latchkey/client'])).toEqual([]);
  expect(forbiddenPackages(clientSources, client.root, ['@latchkey/mock-server', 'msw', 'jose'])).toEqual([]);
});

test('only what runs on Node alone imports node:', () => {
  expect(nodeImports(sources, nodeOnly)).toEqual([]);
});

test('the core loads neither ky nor the file that makes the ky instance', () => {
  const core = reach(clientSources, `${client.root}core.ts`);
  expect([...core.packages]).toEqual(['jwt-decode']);
  expect(core.files).not.toContain(`${client.root}request/ky-instance.ts`);
  expect([...reach(clientSources, `${client.root}index.ts`).packages].sort()).toEqual(['jwt-decode', 'ky']);
});

test('a file has one reason and at most 200 lines', () => {
  expect(tooLong(sources, 200, longWithReason)).toEqual([]);
});

test('an adapter is small: under 60 lines', () => {
  const isAdapter = (text: string) => adapted.some((name) => text.includes(` from '${name}`));
  const adapters = new Map(
    [...clientSources].filter(([path, text]) => path.startsWith(`${client.root}live`) || isAdapter(text)),
  );
  expect(adapters.size).toBeGreaterThan(adapted.length);
  expect(tooLong(adapters, 59, {})).toEqual([]);
});

/** The one file of the client that may warn on the console; the default build has not a word of it (`test/package/builds.test.ts`). */
const warning = `${client.root}warn.ts`;

test('no any, no console, no enum, no default export, nothing silenced, nothing left undone', () => {
  expect(bannedWords(sources, [`${server}cli.ts`, warning])).toEqual([]);
});

test('a warning stands behind `development`, so that the default build has none of it', () => {
  const warns = [...clientSources].filter(([path, text]) => path !== warning && text.includes('warnOnce('));
  expect(warns.length).toBeGreaterThan(0);
  expect(warns.filter(([, text]) => !/\bif \(development\b/.test(text)).map(([path]) => path)).toEqual([]);
});

test('file names are kebab-case and say what is inside', () => {
  expect(badNames(new Map([...sources, ...read('test', () => true)]))).toEqual([]);
});
