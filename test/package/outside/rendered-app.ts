import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthServer } from '@latchkey/mock-server';
import { nodePasswordHasher, type RunningServer, serve } from '@latchkey/mock-server/node';
import type { Page } from 'puppeteer-core';
import { expect, vi } from 'vitest';
import type { Browser } from '../../support/browsers.ts';
import { freshPorts } from '../../support/fresh-port.ts';
import { launchChromium } from '../../support/puppeteer-browser.ts';
import type { InstalledApp } from './installed-app.ts';

/** An application that renders on its server, running, with the auth server it talks to and a browser in front of it. */
export interface RenderedApp {
  /** Opens a page of it in a new tab. All tabs share one profile. */
  open(path: string): Promise<Page>;
  /** The page as the server rendered it. */
  html(path: string): Promise<string>;
  /** Closes all tabs and clears what they have stored. Returns the warnings and errors of their consoles. */
  forget(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** How an application is built and served. */
export interface Rendering {
  /** `null` where it could not be installed; its tests are skipped then. */
  readonly app: InstalledApp | null;
  /** The file that makes the client, as the guide has it. The example's address becomes that of the auth server. */
  readonly setUp: string;
  readonly build: readonly string[];
  start(port: number): readonly string[];
}

/** Builds and serves the application, with an auth server whose only user is ada. */
export async function renderedApp({ app, setUp, build, start }: Rendering): Promise<RenderedApp> {
  if (!app) throw new Error('The application is not installed.');
  const port = freshPorts().next().value;
  const origin = `http://localhost:${port}`;
  const api = await serveAda(origin);
  const file = join(app.folder, setUp);
  const code = await readFile(file, 'utf8');
  expect(code).toContain(exampleApi);
  await writeFile(file, code.replace(exampleApi, api.url));
  const [builder = '', ...builderArgs] = build;
  await app.run(builder, builderArgs);

  const [server = '', ...serverArgs] = start(port);
  const running = app.start(server, serverArgs, { PORT: String(port), HOST: '127.0.0.1' });
  const answers = async () => {
    const response = await fetch(`${origin}/login`).catch(() => null);
    if (response?.status !== 200) throw new Error(`The application does not answer. ${running.output()}`);
  };
  await vi.waitFor(answers, { timeout: 30_000, interval: 100 });
  const browser = await launchChromium();
  const complaints: string[] = [];
  const pages: Page[] = [];
  return {
    html: async (path) => (await fetch(origin + path)).text(),
    async open(path) {
      const page = await newPage(browser);
      page.on('console', (message) => {
        // A page without an icon is no fault of the session's.
        if (/^(warn|error)/.test(message.type()) && !/favicon/.test(message.location().url ?? ''))
          complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      pages.push(page);
      await page.goto(origin + path, { waitUntil: 'load' });
      return page;
    },
    async forget() {
      await pages[0]?.evaluate(() => localStorage.clear());
      for (const page of pages.splice(0)) await page.close();
      return complaints.splice(0);
    },
    async close() {
      running.stop();
      await browser.close();
      await api.close();
    },
  };
}

const exampleApi = 'https://api.example.com';

const serveAda = (origin: string): Promise<RunningServer> =>
  serve(
    createAuthServer({
      users: [{ username: 'ada', password: 'lovelace' }],
      passwordHasher: nodePasswordHasher(),
      allowedOrigins: [origin],
    }),
  );

async function newPage(browser: Browser): Promise<Page> {
  const { raw } = await browser.openTab();
  if (raw.engine === 'webkit') throw new Error('Chromium is what was started.');
  return raw.page;
}
