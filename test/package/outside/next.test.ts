import { describe, expect, test } from 'vitest';
import { chromiumPath } from '../../support/installed-engines.ts';
import { installApp } from './installed-app.ts';
import { sessionStaysTrue } from './session-stays-true.ts';

// Kind: the server's first page knows no session, and what the browser knows must neither be lost nor contradict that page.

const app = await installApp('next');

describe.skipIf(!app || (!chromiumPath() && !process.env['CI']))('Next.js, built and served', () => {
  const running = sessionStaysTrue('OF1', {
    app,
    setUp: 'app/providers.tsx',
    build: ['next', 'build'],
    start: (port) => ['next', 'start', '--port', String(port)],
  });

  test('a Server Component may import the adapter (OF1)', async () => {
    expect(await running().html('/server')).toContain('<p id="adapter">function</p>');
  });
});
