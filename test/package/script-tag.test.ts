import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, createContext, runInContext } from 'node:vm';
import { describe, expect, inject, test } from 'vitest';

const installed = (path: string) => join(inject('consumer'), 'node_modules', path);

/** The language and the network of a page, but no window, no document and no storage: loading must not need them. */
function emptyPage(): Context {
  const node = ['process', 'Buffer', 'global', 'setImmediate', 'clearImmediate', 'require', 'module'];
  const page = createContext({});
  const language = new Set(runInContext('Object.getOwnPropertyNames(globalThis)', page) as string[]);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (language.has(name) || node.includes(name) || name.startsWith('__')) continue;
    page[name] = (globalThis as Record<string, unknown>)[name];
  }
  return page;
}

describe.each([
  ['@latchkey/client', 'latchkey.iife.min.js', 'Latchkey'],
  ['@latchkey/mock-server', 'latchkey-mock-server.iife.min.js', 'LatchkeyMockServer'],
])('the script tag of %s', (name, file, global) => {
  const path = installed(`${name}/dist/${file}`);

  test(`defines the global ${global} and no other`, async () => {
    const page = emptyPage();
    // MSW, inside the server's bundle, opens its cookie store when it loads and keeps a registry of its own.
    if (name === '@latchkey/mock-server') page['localStorage'] = { getItem: () => null };
    const before = new Set(Reflect.ownKeys(page));
    runInContext(await readFile(path, 'utf8'), page, { filename: file });
    expect(Reflect.ownKeys(page).filter((key) => !before.has(key) && !/^__MSW_/.test(String(key)))).toEqual([global]);
  });

  test('is what the manifest sends to script tags, and says where its source is', async () => {
    const manifest = JSON.parse(await readFile(installed(`${name}/package.json`), 'utf8')) as Record<string, string>;
    expect([manifest['unpkg'], manifest['jsdelivr']]).toEqual([`./dist/${file}`, `./dist/${file}`]);
    expect(await readFile(path, 'utf8')).toContain(`//# sourceMappingURL=${file}.map`);
  });
});

test('what script tags load reads the same in every encoding', async () => {
  for (const path of [
    '@latchkey/client/dist/latchkey.iife.min.js',
    '@latchkey/client/dist/latchkey-devtools.iife.min.js',
    '@latchkey/mock-server/dist/latchkey-mock-server.iife.min.js',
  ]) {
    // Notices of licences are comments, and as their authors wrote them.
    const code = (await readFile(installed(path), 'utf8')).replace(/\/\*.*?\*\//gs, '');
    expect([path, code.match(/[^\0-\x7f]/g)]).toEqual([path, null]);
  }
});

test('the client has the same exports by script tag and by import', async () => {
  const page = emptyPage();
  runInContext(await readFile(installed('@latchkey/client/dist/latchkey.iife.min.js'), 'utf8'), page);
  const byTag = Object.keys(page['Latchkey'] as object).sort();
  const byImport = Object.keys((await import(installed('@latchkey/client/dist/index.js'))) as object).sort();
  expect(byTag).toEqual(byImport);
  expect(byImport).toContain('createAuthClient');
});

test('the script of the devtools throws errors of the class that the script of the client has, whichever is loaded first (OC10)', async () => {
  const scripts = ['latchkey.iife.min.js', 'latchkey-devtools.iife.min.js'];
  for (const order of [scripts, scripts.toReversed(), scripts.slice(1)]) {
    const page = emptyPage();
    // The element's class needs something to extend.
    page['HTMLElement'] = class {};
    for (const file of order) runInContext(await readFile(installed(`@latchkey/client/dist/${file}`), 'utf8'), page);
    const thrown = runInContext(
      'try { LatchkeyDevtools.showDevtools(null, { parent: {} }) } catch (error) { [error, globalThis.Latchkey] }',
      page,
    ) as [Error, { ConfigurationError: new () => Error; isAuthError(error: unknown): boolean } | undefined];
    expect(thrown[0]).toMatchObject({ name: 'ConfigurationError', code: 'ERR_CONFIGURATION', retryable: false });
    expect(thrown[0].message).toContain('got null');
    if (order.length === 2) {
      const { ConfigurationError, isAuthError } = thrown[1] ?? (expect.fail() as never);
      expect(thrown[0] instanceof ConfigurationError).toBe(true);
      expect(isAuthError(thrown[0])).toBe(true);
    }
  }
});
