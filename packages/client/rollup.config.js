import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import dts from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import { scriptTagIntegrity } from '../script-tag-integrity.js';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const entries = { index: at('src/index.ts'), core: at('src/core.ts'), dpop: at('src/dpop.ts') };
const external = ['ky', 'jwt-decode'];
const transpile = esbuild({ target: 'es2022', tsconfig: at('tsconfig.json') });

/** What an earlier build left is not part of this one. */
const clean = { name: 'clean', buildStart: () => rmSync(at('dist'), { recursive: true, force: true }) };

/** One file per entry: nothing an application does not import is in what it loads. */
const modules = Object.entries(entries).flatMap(([name, input]) => [
  { input, external, plugins: [transpile], output: { file: at(`dist/${name}.js`), format: 'es', sourcemap: true } },
  { input, external, plugins: [dts({ tsconfig: at('tsconfig.json') })], output: { file: at(`dist/${name}.d.ts`) } },
]);

const scriptTag = {
  input: entries.index,
  plugins: [resolve({ browser: true }), transpile, terser(), scriptTagIntegrity()],
  output: { file: at('dist/latchkey.iife.min.js'), format: 'iife', name: 'Latchkey', sourcemap: true },
};

modules[0]?.plugins.unshift(clean);

export default [...modules, scriptTag];
