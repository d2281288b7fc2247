import { describe, expect, test } from 'vitest';
import { entries } from '../entries.ts';
import { installApp } from './installed-app.ts';

// Kind: a tool finds its way into the packages by other means than the ones the workspace is tested with.

const app = await installApp('node');

describe.skipIf(!app)('installed by npm, in Node without a bundler', () => {
  test.each(entries().filter((entry) => !/\/(react|vue|svelte|axios|msw|postgres)$/.test(entry)))(
    '%s is what it is for import, and for require()',
    async (entry) => {
      const imported = await app?.run('node', [
        '--input-type=module',
        '--eval',
        `import * as all from '${entry}'; console.log(Object.keys(all).sort().join());`,
      ]);
      const required = await app?.run('node', [
        '--input-type=commonjs',
        '--eval',
        `console.log(Object.keys(require('${entry}')).filter((name) => name !== '__esModule').sort().join());`,
      ]);
      expect(imported).toMatch(/\w/);
      expect(required).toBe(imported);
    },
  );
});
