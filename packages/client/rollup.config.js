import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import dts from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import { scriptTagIntegrity } from '../script-tag-integrity.js';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** What the manifest exports, `dist/<name>.js`, is made from `src/<name>.ts`. */
const names = Object.values(manifest.exports)
  .filter((target) => target.default)
  .map((target) => target.default.slice('./dist/'.length, -'.js'.length));
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const external = (id) => packages.some((name) => id === name || id.startsWith(`${name}/`));
const transpile = esbuild({ target: 'es2022', tsconfig: at('tsconfig.json') });

/** What an earlier build left is not part of this one. */
const clean = { name: 'clean', buildStart: () => rmSync(at('dist'), { recursive: true, force: true }) };

/** Types that the core exports are its own: the other entries name them, so that there is one `AuthClient`. */
const inCore = /\/(client-types|types)\.ts$/;

/** One file per entry: nothing an application does not import is in what it loads. */
const modules = names.flatMap((name) => {
  const input = at(`src/${name}.ts`);
  return [
    { input, external, plugins: [transpile], output: { file: at(`dist/${name}.js`), format: 'es', sourcemap: true } },
    {
      input,
      external: (id) => external(id) || (name !== 'index' && name !== 'core' && inCore.test(id)),
      plugins: [dts({ tsconfig: at('tsconfig.json') })],
      output: { file: at(`dist/${name}.d.ts`), paths: (id) => (inCore.test(id) ? './core.js' : id) },
    },
  ];
});

/** A page without a declared encoding may read the file as anything. */
const ascii = { format: { ascii_only: true } };

const scriptTag = (source, file, name) => ({
  input: at(source),
  plugins: [resolve({ browser: true }), transpile, terser(ascii), scriptTagIntegrity()],
  output: { file: at(`dist/${file}`), format: 'iife', name, sourcemap: true },
});

modules[0]?.plugins.unshift(clean);

export default [
  ...modules,
  scriptTag('src/index.ts', 'latchkey.iife.min.js', 'Latchkey'),
  scriptTag('src/devtools.ts', 'latchkey-devtools.iife.min.js', 'LatchkeyDevtools'),
];
