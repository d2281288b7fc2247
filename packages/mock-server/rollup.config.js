import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import dts from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import { commonJs, entriesOf, typesForCommonJs } from '../for-other-tools.js';
import { scriptTagIntegrity } from '../script-tag-integrity.js';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const entries = entriesOf(JSON.parse(readFileSync(at('package.json'), 'utf8')));
const inputOf = (names) => Object.fromEntries(names.map((name) => [name, at(`src/${name}.ts`)]));
const external = [/^node:/, 'jose', 'pg', /^msw(\/|$)/];
const transpile = esbuild({ target: 'es2022', tsconfig: at('tsconfig.json') });

/** What an earlier build left is not part of this one. */
const clean = { name: 'clean', buildStart: () => rmSync(at('dist'), { recursive: true, force: true }) };

const modules = [
  {
    // The commands are nothing to import, so they have no types.
    input: inputOf([...entries, 'cli', 'conformance-cli']),
    external,
    plugins: [clean, transpile],
    output: { dir: at('dist'), format: 'es', sourcemap: true, chunkFileNames: 'shared-[hash].js' },
  },
  commonJs({ at, input: inputOf(entries), external: external.filter((name) => name !== 'jose'), plugins: [transpile] }),
  ...entries.map((name) => ({
    input: at(`src/${name}.ts`),
    external,
    plugins: [dts({ tsconfig: at('tsconfig.json') }), typesForCommonJs(at, ['jose', 'msw'])],
    output: { file: at(`dist/${name}.d.ts`), format: 'es' },
  })),
];

/** A script tag is one file, which a page loads whole; it does without the list of passwords that nobody chooses there. */
const withoutFrequentPasswords = {
  name: 'without-frequent-passwords',
  load: (id) => (id.endsWith('/frequent-passwords.ts') ? "export const frequentPasswordDigests = '';" : null),
};

const scriptTag = {
  input: at('src/iife.ts'),
  plugins: [
    withoutFrequentPasswords,
    resolve({ browser: true }),
    commonjs(),
    transpile,
    // A page without a declared encoding may read the file as anything.
    terser({ format: { ascii_only: true } }),
    scriptTagIntegrity(),
  ],
  output: {
    file: at('dist/latchkey-mock-server.iife.min.js'),
    format: 'iife',
    name: 'LatchkeyMockServer',
    inlineDynamicImports: true,
    sourcemap: true,
  },
};

export default [...modules, scriptTag];
