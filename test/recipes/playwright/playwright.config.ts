import { defineConfig, devices } from '@playwright/test';

const port = process.env['PORT'] ?? '5173';
/** The browser of this machine, instead of one that Playwright would download. */
const chromium = process.env['CHROMIUM'];

export default defineConfig({
  workers: 2,
  fullyParallel: true,
  outputDir: process.env['PLAYWRIGHT_OUTPUT'] ?? 'test-results',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: `http://localhost:${port}`,
    launchOptions: chromium ? { executablePath: chromium } : {},
  },
  webServer: { command: 'node app.ts', url: `http://localhost:${port}` },
});
