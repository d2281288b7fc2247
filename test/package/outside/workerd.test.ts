import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freshPorts } from '../../support/fresh-port.ts';
import { installApp, type Running } from './installed-app.ts';

// Kind: a runtime without a page forbids what browsers allow: effects while a module loads, and some members of a request.

const app = await installApp('workerd');

/** The second one is from before Workers knew `cache`. */
const dates = ['2026-11-01', '2024-01-01'];

const config = (port: number, date: string) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "bundle.js")],
  compatibilityDate = "${date}",
  globalOutbound = "main",
);
`;

describe.skipIf(!app).each(dates)('in a Worker of %s', (date) => {
  let worker: Running;
  let url: string;
  beforeAll(async () => {
    await app?.run('esbuild', ['worker.js', '--bundle', '--format=esm', '--outfile=bundle.js', '--conditions=workerd']);
    const port = freshPorts().next().value;
    url = `http://127.0.0.1:${port}`;
    await writeFile(join(app?.folder ?? '', `${date}.capnp`), config(port, date));
    worker = app?.start('workerd', ['serve', `${date}.capnp`]) as Running;
    const answers = async () => {
      const response = await fetch(url, { redirect: 'manual' }).catch(() => null);
      if (response?.status !== 307) throw new Error(`The worker does not answer. ${worker.output()}`);
    };
    await vi.waitFor(answers, { timeout: 30_000, interval: 100 });
  });
  afterAll(() => worker?.stop());

  test.each(['session', 'core'])(
    'a client and a server made in module scope work in a handler: %s (OC4)',
    async (path) => {
      const response = await fetch(`${url}/${path}`);
      expect(JSON.parse(await response.text())).toEqual({
        before: 'signed-out',
        status: 'signed-in',
        get: 200,
        post: 200,
        api: path === 'session' ? 'ada' : null,
        logout: { local: 'cleared', server: 'revoked' },
        after: 'signed-out',
      });
    },
  );

  test('a login is not sent on to where a redirect points (OC4)', async () => {
    const response = await fetch(`${url}/redirected`);
    expect(await response.json()).toEqual({ name: 'LoginFailedError', retryable: true });
  });
});
