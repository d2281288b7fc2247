import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import dts from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import { commonJs, entriesOf, typesForCommonJs } from '../for-other-tools.js';
import { scriptTagIntegrity } from '../script-tag-integrity.js';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** What the manifest exports, `dist/<name>.js`, is made from `src/<name>.ts`. */
const names = entriesOf(manifest);
const input = Object.fromEntries(names.map((name) => [name, at(`src/${name}.ts`)]));
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const external = (id) => packages.some((name) => id === name || id.startsWith(`${name}/`));
const peers = Object.keys(manifest.peerDependencies);
const transpile = esbuild({ target: 'es2022', tsconfig: at('tsconfig.json') });

/** What an earlier build left is not part of this one. */
const clean = { name: 'clean', buildStart: () => rmSync(at('dist'), { recursive: true, force: true }) };

/** What the core exports is the core's own: the other entries name it, so that there is one `AuthClient`, one `AuthError`. */
const inCore = /\/(client-types|errors|types)\.ts$/;

const types = names.map((name) => ({
  input: at(`src/${name}.ts`),
  external: (id) => external(id) || (name !== 'index' && name !== 'core' && inCore.test(id)),
  plugins: [dts({ tsconfig: at('tsconfig.json') }), typesForCommonJs(at, ['ky'])],
  output: { file: at(`dist/${name}.d.ts`), paths: (id) => (inCore.test(id) ? './core.js' : id) },
}));

/** The default build tells a developer nothing that a user would have to download: what stands behind `development` drops out. */
const production = {
  name: 'production',
  load: (id) => (id === at('src/development.ts') ? 'export const development = false;' : null),
};

/** React Server Components have to be told where the part for the browser begins; rollup drops what a source says of it. */
const banner = ({ name }) => (name === 'react' ? "'use client';" : '');

/** As the manifest says it to bundlers: a module of which nothing is used is left out, tables of words and all. */
const treeshake = { moduleSideEffects: false };

/**
 * All entries of one build together: what several of them need is one file, so that an error has one class for all of them.
 * Packages are told to be free of side effects, so that an application loads only what it imports.
 */
const modules = (folder, ...plugins) => ({
  treeshake,
  input,
  external,
  plugins: [...plugins, transpile],
  output: {
    dir: at(folder),
    format: 'es',
    sourcemap: true,
    chunkFileNames: 'shared-[name].js',
    // What an entry exports, and nothing that another entry needs.
    minifyInternalExports: false,
    hoistTransitiveImports: false,
    banner,
  },
});

/**
 * Of two scripts in one page, the second throws the errors of the first: an error has one class. Looked up when one is thrown,
 * so that it does not matter which script comes first.
 */
const errorsOfLatchkey = {
  name: 'errors-of-latchkey',
  load: (id) =>
    id === at('src/errors.ts')
      ? `export function ConfigurationError(...given) {
          const { ConfigurationError: Shared } = globalThis.Latchkey ?? {};
          return Shared ? new Shared(...given) : Object.assign(new Error(given[0]), { name: 'ConfigurationError', code: 'ERR_CONFIGURATION', retryable: false });
        }`
      : null,
};

/** A page without a declared encoding may read the file as anything. */
const ascii = { format: { ascii_only: true } };

const scriptTag = (source, file, name, ...plugins) => ({
  input: at(source),
  treeshake,
  plugins: [production, ...plugins, resolve({ browser: true }), transpile, terser(ascii), scriptTagIntegrity()],
  output: { file: at(`dist/${file}`), format: 'iife', name, sourcemap: true },
});

export default [
  modules('dist', clean, production),
  modules('dist/development'),
  commonJs({
    at,
    input,
    external: (id) => [...peers, 'jwt-decode'].some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [production, transpile],
    banner,
  }),
  ...types,
  scriptTag('src/index.ts', 'latchkey.iife.min.js', 'Latchkey'),
  scriptTag('src/devtools.ts', 'latchkey-devtools.iife.min.js', 'LatchkeyDevtools', errorsOfLatchkey),
];
