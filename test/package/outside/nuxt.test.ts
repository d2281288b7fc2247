import { describe } from 'vitest';
import { chromiumPath } from '../../support/installed-engines.ts';
import { installApp } from './installed-app.ts';
import { sessionStaysTrue } from './session-stays-true.ts';

// Kind: the server's first page knows no session, and what the browser knows must neither be lost nor contradict that page.

const app = await installApp('nuxt');

describe.skipIf(!app || (!chromiumPath() && !process.env['CI']))('Nuxt, built and served by Node', () => {
  sessionStaysTrue('OF2', {
    app,
    setUp: 'app/plugins/auth.ts',
    build: ['nuxt', 'build'],
    start: () => ['node', '.output/server/index.mjs'],
  });
});
