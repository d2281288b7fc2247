import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import resolve from '@rollup/plugin-node-resolve';

/** The condition under which these tools look for an entry, and where the manifest sends them. */
export const entriesOf = (manifest) =>
  Object.values(manifest.exports)
    .filter((target) => target.default)
    .map((target) => target.default.slice('./dist/'.length, -'.js'.length));

/**
 * For tools that only know CommonJS, such as Jest, Metro and Browserify: one file per entry in `dist/cjs`. What is published as
 * modules alone, such as ky, is in it. Tools that know both take the modules, so that there is one copy of each.
 */
export const commonJs = ({ at, input, external, plugins, banner = '' }) => ({
  input,
  external,
  plugins: [...plugins, resolve({ browser: true }), folders(at)],
  output: {
    dir: at('dist/cjs'),
    format: 'cjs',
    exports: 'named',
    esModule: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'shared-[name].cjs',
    minifyInternalExports: false,
    hoistTransitiveImports: false,
    banner,
  },
});

/**
 * A folder per entry beside `dist`, for tools that know nothing of `exports`: Parcel, webpack 4, Browserify. TypeScript's
 * `moduleResolution: node10` goes by `typesVersions`.
 */
const folders = (at) => ({
  name: 'folders',
  async writeBundle() {
    const manifest = JSON.parse(await readFile(at('package.json'), 'utf8'));
    for (const name of entriesOf(manifest)) {
      if (name === 'index') continue;
      await rm(at(name), { recursive: true, force: true });
      await mkdir(at(name));
      const stub = { type: 'module', main: `../dist/cjs/${name}.cjs`, module: `../dist/${name}.js` };
      await writeFile(join(at(name), 'package.json'), `${JSON.stringify(stub, null, 2)}\n`);
    }
  },
});

/** A rollup plugin for types: writes them once more for CommonJS, where a module is named as such and the others are `.cjs`. */
export const typesForCommonJs = (at, onlyModules) => ({
  name: 'types-for-common-js',
  async writeBundle({ file }) {
    const text = await readFile(file, 'utf8');
    const forRequire = text
      .replace(/ from '\.\/([\w-]+)\.js';/g, " from './$1.cjs';")
      .replace(/^import (\{[^}]*\}) from '([^']+)';/gm, (whole, names, from) =>
        onlyModules.includes(from)
          ? `import type ${names} from '${from}' with { 'resolution-mode': 'import' };`
          : whole,
      );
    await mkdir(at('dist/cjs'), { recursive: true });
    await writeFile(at(`dist/cjs/${basename(file, '.d.ts')}.d.cts`), forRequire);
  },
});
