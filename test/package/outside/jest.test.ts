import { describe, expect, test } from 'vitest';
import { installApp } from './installed-app.ts';

// Kind: a test environment that is neither a browser nor Node: it lacks what both have, or takes it from another realm.

const app = await installApp('jest');

describe.skipIf(!app)('Jest', () => {
  test('runs a session in jsdom, happy-dom and Node, with the set-up of the guide (OF3)', async () => {
    const output = await app?.run('jest', ['--ci']);
    expect(output).toContain('Test Suites: 5 passed, 5 total');
    expect(output).not.toContain('open handles');
  });
});
