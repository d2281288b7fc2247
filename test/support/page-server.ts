import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnFreshPort } from './fresh-port.ts';
import { watchPage } from './page-leak-watch.ts';

/** What a path serves: text with its type, or a file. */
export type Page = { body: string; type?: string; headers?: Record<string, string> } | URL;

export interface PageServer {
  /** The origin, without a trailing slash. */
  readonly url: string;
  /** Adds or replaces what a path serves. */
  serve(path: string, page: Page): void;
  /** The paths asked for so far, oldest first. */
  readonly requests: readonly string[];
  /** The leaks that pages told of; `close` fails while there are any. */
  readonly leaks: string[];
  close(): Promise<void>;
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  map: 'application/json',
  css: 'text/css; charset=utf-8',
};

/** The client's script-tag bundle, as a user would load it. */
export const clientBundle = new URL('../../packages/client/dist/latchkey.iife.min.js', import.meta.url);

export const htmlPage = (head: string): Page => ({
  body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test page</title>${head}</head><body></body></html>`,
});

const files = new Map<string, Buffer>();

/** Files are read once, so that all pages of a run are of one build. */
async function contentOf(file: URL): Promise<Buffer | undefined> {
  const content = files.get(file.href) ?? (await readFile(file).catch(() => undefined));
  if (content !== undefined) files.set(file.href, content);
  return content;
}

/** `/` loads the built client (`window.Latchkey`); `/blank` is a page of the same origin without it. */
const standard: Record<string, Page> = {
  '/': htmlPage('<script src="/leak-watch.js"></script><script src="/latchkey.js"></script>'),
  '/blank': htmlPage(''),
  '/latchkey.js': clientBundle,
  '/leak-watch.js': { body: `(${watchPage.toString()})();`, type: 'text/javascript' },
  '/favicon.ico': { body: '', type: 'image/x-icon' },
};

/** A static server on localhost with real HTTP, on a port that this run has not used before. */
export async function servePages(pages: Record<string, Page> = {}): Promise<PageServer> {
  const served = new Map(Object.entries({ ...standard, ...pages }));
  const requests: string[] = [];
  const leaks: string[] = [];
  const server = createServer(async (request, response) => {
    const path = pathOf(request);
    if (path === '/leak') {
      leaks.push(await text(request));
      response.writeHead(204).end();
      return;
    }
    requests.push(path);
    const page = served.get(path);
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not here');
      return;
    }
    const extension = page instanceof URL ? (page.pathname.split('.').at(-1) ?? '') : 'html';
    const body = page instanceof URL ? await contentOf(page) : page.body;
    const headers = page instanceof URL ? {} : page.headers;
    const type = (page instanceof URL ? undefined : page.type) ?? types[extension] ?? 'application/octet-stream';
    // No no-store: it would keep the page out of the back/forward cache.
    if (body === undefined) response.writeHead(500).end(`${path} is not built`);
    else response.writeHead(200, { 'content-type': type, ...headers }).end(body);
  });
  const port = await listenOnFreshPort(server);
  return {
    url: `http://localhost:${port}`,
    requests,
    leaks,
    serve: (path, page) => void served.set(path, page),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      if (leaks.length > 0) throw new Error(`A piece of a token got out: ${leaks.join('; ')}`);
    },
  };
}

const pathOf = (request: IncomingMessage): string => new URL(request.url ?? '/', 'http://localhost').pathname;
