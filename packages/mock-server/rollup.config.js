import { fileURLToPath } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import dts from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const entries = ['index', 'msw', 'node', 'indexeddb', 'sqlite', 'postgres'];
const external = [/^node:/, 'jose', 'pg', /^msw(\/|$)/];
const transpile = esbuild({ target: 'es2022', tsconfig: at('tsconfig.json') });

const modules = [
  {
    input: Object.fromEntries(entries.map((name) => [name, at(`src/${name}.ts`)])),
    external,
    plugins: [transpile],
    output: { dir: at('dist'), format: 'es', sourcemap: true, chunkFileNames: 'shared-[hash].js' },
  },
  {
    input: Object.fromEntries(entries.map((name) => [name, at(`src/${name}.ts`)])),
    external,
    plugins: [dts({ tsconfig: at('tsconfig.json') })],
    output: { dir: at('dist'), format: 'es' },
  },
];

const scriptTag = {
  input: at('src/iife.ts'),
  plugins: [resolve({ browser: true }), commonjs(), transpile, terser()],
  output: {
    file: at('dist/latchkey-mock-server.iife.min.js'),
    format: 'iife',
    name: 'LatchkeyMockServer',
    sourcemap: true,
  },
};

export default [...modules, scriptTag];
