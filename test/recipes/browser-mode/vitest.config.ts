import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/** The browser of this machine, instead of one that Playwright would download. */
const chromium = process.env['CHROMIUM'];

export default defineConfig({
  test: {
    browser: {
      enabled: true,
      headless: true,
      provider: playwright(chromium ? { launchOptions: { executablePath: chromium } } : {}),
      instances: [{ browser: 'chromium' }],
    },
  },
});
