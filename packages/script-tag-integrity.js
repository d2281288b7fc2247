import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * A rollup plugin for the file of a script tag: what goes into the tag's `integrity` is printed, and written beside the file
 * as `integrity.json`, file name → hash.
 */
export const scriptTagIntegrity = () => ({
  name: 'script-tag-integrity',
  async writeBundle({ file }) {
    const hash = createHash('sha384')
      .update(await readFile(file))
      .digest('base64');
    const name = basename(file);
    const list = join(dirname(file), 'integrity.json');
    const others = JSON.parse(await readFile(list, 'utf8').catch(() => '{}'));
    const hashes = { ...others, [name]: `sha384-${hash}` };
    await writeFile(list, `${JSON.stringify(hashes, null, 2)}\n`);
    process.stdout.write(`${name}  ${hashes[name]}\n`);
  },
});
