import { describe, expect, test } from 'vitest';
import { installApp } from './installed-app.ts';

// Kind: a bundler that does not read `exports` finds no entry but the first.

const app = await installApp('parcel');

describe.skipIf(!app)('Parcel 2', () => {
  test('builds an application with entries of both packages (OF4)', async () => {
    await app?.run('parcel', ['build', 'src/main.js', '--dist-dir', 'out', '--no-cache']);
    expect((await app?.run('node', ['out/main.js']))?.trim()).toBe('function function function function function');
  });
});
