import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, inject, test } from 'vitest';
import { entries } from './entries.ts';

// Kind: what one entry throws is no instance of the class that another entry exports.

const run = promisify(execFile);

/** What a module prints as JSON, in a Node of its own, in the project that has installed the packages. */
const inNode = async (conditions: readonly string[], source: string) => {
  const options = conditions.map((condition) => `--conditions=${condition}`);
  const { stdout } = await run(process.execPath, [...options, '--input-type=module', '--eval', source], {
    cwd: inject('consumer'),
    timeout: 20_000,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  return JSON.parse(stdout) as unknown;
};

/** The application of one line that a bundler makes of these exports. */
const bundled = async (conditions: string[], contents: string) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: inject('consumer') },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions,
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
};

const ours = () => entries('@latchkey/client');
const dist = () => join(inject('consumer'), 'node_modules/@latchkey/client/dist');
const fileOf = (entry: string) => `${entry.slice('@latchkey/client/'.length) || 'index'}.js`;

const builds = [
  { conditions: [] as string[], folder: 'dist/' },
  { conditions: ['development'], folder: 'dist/development/' },
];

describe.each(builds)('under the conditions $conditions', ({ conditions, folder }) => {
  test(`Node takes every entry from ${folder}`, async () => {
    for (const entry of ours()) {
      const found = await inNode(conditions, `console.log(JSON.stringify(import.meta.resolve('${entry}')))`);
      expect(found).toMatch(new RegExp(`/@latchkey/client/${folder}${fileOf(entry)}$`));
    }
  });

  test(`a bundler takes everything from ${folder}, the parts that entries share too`, async () => {
    const { inputs } = await bundled(
      conditions,
      ours()
        .map((entry) => `import '${entry}';`)
        .join(''),
    );
    const { inputs: used } = await bundled(
      conditions,
      `export { createAuthClient } from '@latchkey/client'; export { eventStream } from '@latchkey/client/live';`,
    );
    const files = used.filter((path) => path.includes('@latchkey/client/')).map((path) => path.replace(/[^/]+$/, ''));
    expect(inputs.length + files.length).toBeGreaterThan(2);
    expect([...new Set(files)]).toEqual([expect.stringMatching(new RegExp(`/@latchkey/client/${folder}$`))]);
  });

  test('an error has one class, whichever entry it came from (OC10)', async () => {
    const outcome = await inNode(
      conditions,
      `
      const core = await import('@latchkey/client/core');
      const index = await import('@latchkey/client');
      const live = await import('@latchkey/client/live');
      const vue = await import('@latchkey/client/vue');
      const { createSSRApp } = await import('vue');
      const ended = (type) => new Promise((resolve) => {
        const client = {
          apiUrl: (url) => url,
          fetch: () => new Promise(() => {}),
          subscribe: (listener) => { setTimeout(() => listener({}, { type })); return () => {}; },
          apiUrl: String, fetch,
          getAccessToken: ({ signal }) => new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
        };
        live.eventStream(client, 'https://x.example').next().catch(resolve);
      });
      const caught = (call) => { try { call(); } catch (error) { return error; } };
      const facts = {
        exports: Object.keys(core).filter((name) => /Error$/.test(name)).map((name) => [name, core[name] === index[name]]),
        configuration: caught(() => index.createAuthClient({})) instanceof core.ConfigurationError,
        vue: caught(() => createSSRApp({}).runWithContext(() => vue.useAuth())) instanceof core.ConfigurationError,
        signedOut: (await ended('signed-out')) instanceof core.NotSignedInError,
        changed: (await ended('user-changed')) instanceof index.SessionChangedError,
      };
      console.log(JSON.stringify(facts));
      `,
    );
    const { exports, ...others } = outcome as { exports: [string, boolean][] };
    expect(exports.length).toBeGreaterThan(8);
    expect(exports.filter(([, isOne]) => !isOne)).toEqual([]);
    expect(others).toEqual({ configuration: true, vue: true, signedOut: true, changed: true });
  });
});

test('an application that imports every entry holds each error class once (OC10)', async () => {
  for (const { conditions } of builds) {
    const { code } = await bundled(
      conditions,
      ours()
        .map((entry, n) => `export * as e${n} from '${entry}';`)
        .join('\n'),
    );
    const codes = code.match(/["']ERR_[A-Z_]+["'],/g) ?? [];
    expect(codes.length).toBeGreaterThan(8);
    expect(codes).toEqual([...new Set(codes)]);
  }
});

test('the two builds have the same files and the same exports', async () => {
  const js = async (folder: string) =>
    (await readdir(folder)).filter((name) => /^(?!.*\.iife\.).*\.js$/.test(name)).sort();
  const [own, development] = [await js(dist()), await js(join(dist(), 'development'))];
  for (const entry of ours()) expect(own).toContain(fileOf(entry));
  expect(development.filter((name) => !name.startsWith('shared-'))).toEqual(
    own.filter((name) => !name.startsWith('shared-')),
  );
  for (const entry of ours()) {
    const print = `console.log(JSON.stringify(Object.keys(await import('${entry}')).sort()))`;
    expect(await inNode(['development'], print), entry).toEqual(await inNode([], print));
  }
});

test('the default build has no warning, no long explanation, and no question whether it should', async () => {
  const files = (await readdir(dist())).filter((name) => name.endsWith('.js'));
  expect(files).toEqual(expect.arrayContaining(['index.js', 'core.js', 'latchkey.iife.min.js']));
  const texts = (folder: string, names: string[]) =>
    Promise.all(names.map((name) => readFile(join(folder, name), 'utf8'))).then((all) => all.join('\n'));
  const production = await texts(dist(), files);
  const development = await texts(join(dist(), 'development'), await readdir(join(dist(), 'development')));
  for (const word of [/\bconsole\b/, /without the access token: it is outside of/, /\bif \(development\b/]) {
    expect(production).not.toMatch(word);
    expect(development).toMatch(word);
  }
});

test('a warning reaches the developer under the condition, and nobody without it', async () => {
  const source = `
    const warned = [];
    console.warn = (...said) => warned.push(said.join(' '));
    const { createAuthClient } = await import('@latchkey/client/core');
    const fetch = async () => new Response();
    const client = createAuthClient({ baseUrl: 'https://api.example.com/v1', storage: 'memory', fetch });
    await client.fetch('/orders');
    console.log(JSON.stringify(warned));
  `;
  expect(await inNode([], source)).toEqual([]);
  expect(await inNode(['development'], source)).toEqual([expect.stringContaining('https://api.example.com/orders')]);
});
