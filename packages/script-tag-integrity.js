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
    const hashes = { [basename(file)]: `sha384-${hash}` };
    await writeFile(join(dirname(file), 'integrity.json'), `${JSON.stringify(hashes, null, 2)}\n`);
    for (const [name, integrity] of Object.entries(hashes)) process.stdout.write(`${name}  ${integrity}\n`);
  },
});
