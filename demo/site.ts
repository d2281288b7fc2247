import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The demo page on localhost, as long as it is open. */
export interface DemoSite {
  readonly url: string;
  close(): Promise<void>;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ofMockServer = createRequire(at('../packages/mock-server/package.json'));
const html = 'text/html; charset=utf-8';
const script = 'text/javascript; charset=utf-8';
const sourceMap = 'application/json; charset=utf-8';

const bundleFolders = ['../packages/client/dist/', '../packages/mock-server/dist/'] as const;

/** Everything there is to get: no folder is served, only these files. */
const files: ReadonlyMap<string, { path: string; type: string }> = new Map([
  ['/', { path: at('index.html'), type: html }],
  ...bundle(bundleFolders[0], 'latchkey.iife.min.js'),
  ...bundle(bundleFolders[0], 'latchkey-devtools.iife.min.js'),
  ...bundle(bundleFolders[1], 'latchkey-mock-server.iife.min.js'),
  ['/mockServiceWorker.js', { path: ofMockServer.resolve('msw/mockServiceWorker.js'), type: script }],
]);

function bundle(folder: string, name: string): [string, { path: string; type: string }][] {
  return [
    [`/${name}`, { path: at(folder + name), type: script }],
    [`/${name}.map`, { path: at(`${folder}${name}.map`), type: sourceMap }],
  ];
}

/**
 * Serves the page.
 * @param ports tried one after the other while they are taken.
 */
export async function openDemoSite(ports: Iterable<number>): Promise<DemoSite> {
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => send(response, 500, 'This file could not be read.\n'));
  });
  const port = await listen(server, ports);
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: ReturnType<typeof createServer>, ports: Iterable<number>): Promise<number> {
  let lastError: unknown = new Error('No port to listen on.');
  for (const port of ports) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, 'localhost', () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      lastError = error;
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') break;
    }
  }
  throw lastError;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  // The API lives in the page. A request that slips past the service worker must look like an outage, never like a refusal.
  if (pathname.startsWith('/api/')) return send(response, 503, 'The API of this demo lives in its page.\n');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'Only GET.\n', { allow: 'GET, HEAD' });
  const file = files.get(pathname);
  if (file === undefined) return send(response, 404, 'Not here.\n');
  const content = await readFile(file.path);
  if (file.type !== html) return send(response, 200, content, { 'content-type': file.type });
  const page = withIntegrity(content.toString(), await hashesOfBundles());
  send(response, 200, page, { 'content-type': file.type, 'content-security-policy': policyFor(page) });
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** File name → `integrity`, as the builds wrote it. */
async function hashesOfBundles(): Promise<Record<string, string>> {
  const written = bundleFolders.map((folder) => readFile(at(`${folder}integrity.json`), 'utf8'));
  return Object.assign({}, ...(await Promise.all(written)).map((text) => JSON.parse(text)));
}

/** The page whose browser runs the bundles only as they were built. */
function withIntegrity(page: string, hashes: Record<string, string>): string {
  return page.replace(/<script src="([^"]+)">/g, (_, name: string) => {
    return `<script src="${name}" integrity="${hashes[name] ?? ''}" crossorigin="anonymous">`;
  });
}

/** What the page may do: run its own bundles and its own inline code, and talk to nobody but this origin. */
function policyFor(page: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${hashesOf(page, 'script')}`,
    `style-src ${hashesOf(page, 'style')}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashesOf(page: string, tag: 'script' | 'style'): string {
  return [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))]
    .map(
      ([, content]) =>
        `'sha256-${createHash('sha256')
          .update(content ?? '')
          .digest('base64')}'`,
    )
    .join(' ');
}
