import { describe, expect, test } from 'vitest';
import {
  badNames,
  bannedWords,
  type ClientMap,
  cycles,
  dangling,
  forbiddenPackages,
  importsOf,
  leftPointing,
  nodeImports,
  reach,
  tooLong,
  unreached,
} from './architecture-rules.ts';

const client: ClientMap = {
  root: 'c/src/',
  entries: ['index.ts', 'core.ts'],
  onTop: ['panel'],
  wiring: ['create.ts', 'options.ts'],
  layers: ['request', 'session', 'storage'],
};
const sound = {
  'c/src/index.ts': `export { create } from './create.ts';`,
  'c/src/core.ts': `export { create } from './create.ts';`,
  'c/src/create.ts': `import { resolve } from './options.ts'; import './request/fetch.ts';`,
  'c/src/options.ts': `import type { T } from './types.ts';`,
  'c/src/request/fetch.ts': `import './again.ts'; import { read } from '../storage/store.ts';`,
  'c/src/request/again.ts': '',
  'c/src/session/session.ts': '',
  'c/src/storage/store.ts': `import { E } from '../errors.ts';`,
  'c/src/errors.ts': `import type { T } from './types.ts';`,
  'c/src/types.ts': 'export type T = 1;',
};
const planted = (changes: Record<string, string>) => new Map(Object.entries({ ...sound, ...changes }));

test('what is built on the whole client may use all of it, and nothing of the client may use it', () => {
  const onTop = planted({ 'c/src/panel/panel.ts': `import type { T } from '../create.ts';` });
  expect(leftPointing(onTop, client)).toEqual([]);
  const inside = planted({ 'c/src/session/session.ts': `import '../panel/panel.ts';`, 'c/src/panel/panel.ts': '' });
  expect(leftPointing(inside, client)).toEqual(['c/src/session/session.ts → c/src/panel/panel.ts points left']);
});

test('a sound tree passes every rule', () => {
  const sources = planted({});
  expect(leftPointing(sources, client)).toEqual([]);
  expect(cycles(sources)).toEqual([]);
  expect(dangling(sources)).toEqual([]);
  expect(badNames(sources)).toEqual([]);
  expect(bannedWords(sources)).toEqual([]);
});

test.each([
  ['a layer that imports one to its left', 'c/src/storage/store.ts', `import '../request/fetch.ts';`],
  ['a type-only import to the left', 'c/src/storage/store.ts', `import type { F } from '../session/session.ts';`],
  ['a type named inline', 'c/src/storage/store.ts', `type F = import('../session/session.ts').F;`],
  ['a leaf that imports a layer', 'c/src/errors.ts', `export * from './storage/store.ts';`],
  ['a layer that imports wiring', 'c/src/request/fetch.ts', `import { resolve } from '../options.ts';`],
  ['wiring that imports wiring to its left', 'c/src/options.ts', `import './create.ts';`],
  ['an entry that imports an entry', 'c/src/index.ts', `export * from './core.ts';`],
  ['a lazy import to the left', 'c/src/session/session.ts', `const f = () => import('../request/fetch.ts');`],
  ['a folder that is no layer', 'c/src/extra/file.ts', ''],
  ['an import out of the package', 'c/src/errors.ts', `import '../../server/src/index.ts';`],
])('points left: %s', (_title, path, text) => {
  expect(leftPointing(planted({ [path]: text }), client)).toHaveLength(1);
});

test('finds a cycle inside one layer, of types too', () => {
  const sources = planted({ 'c/src/request/again.ts': `import type { F } from './fetch.ts';` });
  expect(cycles(sources)).toEqual(['c/src/request/fetch.ts → c/src/request/again.ts → c/src/request/fetch.ts']);
  expect(cycles(planted({ 'c/src/types.ts': `import './types.ts';` }))).toHaveLength(1);
});

test('finds an import of a file that does not exist', () => {
  expect(dangling(planted({ 'c/src/types.ts': `import './gone.ts';` }))).toHaveLength(1);
});

test('finds a forbidden package and a path into it', () => {
  const server = (text: string) => forbiddenPackages(new Map([['s/src/a.ts', text]]), 's/src/', ['@latchkey/client']);
  expect(server(`import '@latchkey/client/core';`)).toHaveLength(1);
  expect(server(`import type { A } from '../../client/src/index.ts';`)).toHaveLength(1);
  expect(server(`import '@latchkey/clients'; import './b.ts'; import 'jose';`)).toEqual([]);
});

test('finds node: outside the files that may use it', () => {
  const sources = new Map([
    ['s/node.ts', `import 'node:http';`],
    ['s/core.ts', `import type { Server } from 'node:http';`],
  ]);
  expect(nodeImports(sources, ['s/node.ts'])).toEqual(['s/core.ts imports node:http']);
});

test('what an entry loads leaves types out and follows everything else', () => {
  const sources = planted({
    'c/src/request/again.ts': `import type { K } from 'ky'; export { x } from 'jwt-decode/x';`,
  });
  const { files, packages } = reach(sources, 'c/src/core.ts');
  expect(packages).toEqual(new Set(['jwt-decode']));
  expect(files).toContain('c/src/errors.ts');
  expect(files).not.toContain('c/src/types.ts');
  expect(
    reach(planted({ 'c/src/request/again.ts': `import ky, { type K } from 'ky';` }), 'c/src/core.ts').packages,
  ).toContain('ky');
});

test('finds a file that no entry reaches', () => {
  const entries = ['c/src/index.ts', 'c/src/core.ts'];
  expect(unreached(planted({}), 'c/src/', entries)).toEqual(['c/src/session/session.ts is reached from no entry']);
});

test('finds a file over the limit, and an exception that has no reason or no use', () => {
  const sources = new Map([
    ['short.ts', 'a\n'.repeat(200)],
    ['long.ts', 'a\n'.repeat(201)],
  ]);
  expect(tooLong(sources, 200, {})).toEqual(['long.ts has 201 lines']);
  expect(tooLong(sources, 200, { 'long.ts': 'a table' })).toEqual([]);
  expect(tooLong(sources, 200, { 'long.ts': ' ' })).toHaveLength(1);
  expect(tooLong(sources, 200, { 'long.ts': 'a table', 'short.ts': 'old' })).toHaveLength(1);
});

describe('finds', () => {
  test.each([
    ['any', 'let a: any;', 1],
    ['any in a cast', 'f(a as any);', 1],
    ['console', 'console.log(1);', 1],
    ['console through globalThis', 'globalThis.console.log(1);', 1],
    ['a default export', 'export default 1;', 1],
    ['a default function', 'export default function f() {}', 1],
    ['an enum', 'enum E { a }', 1],
    ['work left undone', '// TODO later', 1],
    ['a silenced check', '// @ts-ignore', 1],
    ['nothing in prose and in a switch', '// any console\nswitch (a) { default: f("any"); }', 0],
  ])('%s', (_title, text, count) => {
    expect(bannedWords(new Map([['a.ts', text]]))).toHaveLength(count);
  });

  test('bad file names', () => {
    const names = [
      'src/tab-lock.ts',
      'src/tabLock.ts',
      'src/utils.ts',
      'src/helpers/a.ts',
      'src/lock-manager.ts',
      'src/a.test.ts',
    ];
    expect(badNames(new Map(names.map((name) => [name, ''])))).toEqual(names.slice(1, 5));
  });
});

test('reads every form of import', () => {
  const text = `
    import a from 'a'; import type b from 'b'; import { type c } from 'c'; import { type d, e } from 'd'; import 'f';
    export * from 'g'; export type { h } from 'h'; const i = import('i'); type J = import('j').J; import {} from 'k';`;
  expect(importsOf('x.ts', text).map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' type' : ''}`)).toEqual([
    'a',
    'b type',
    'c type',
    'd',
    'f',
    'g',
    'h type',
    'i',
    'j type',
    'k',
  ]);
});
