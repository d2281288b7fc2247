import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';

const run = promisify(execFile);
// Kind: the types need a newer compiler, or other options, than the application has.

/** The oldest and the newest TypeScript that the types are for, and some between. */
const compilers: Record<string, string> = {
  '5.4': '../../node_modules/typescript-5.4/bin/tsc',
  '5.9': '../../node_modules/typescript-5.9/bin/tsc',
  '6': '../../node_modules/.bin/tsc6',
  '7': '../../node_modules/.bin/tsc',
};
const compiler = (version: string) => fileURLToPath(new URL(compilers[version] ?? '', import.meta.url));

const application = `
import { createAuthClient, isAuthError, type AuthClient, type SessionSnapshot } from '@latchkey/client';
import { createAuthClient as createCoreClient } from '@latchkey/client/core';
import { createAuthServer } from '@latchkey/mock-server';
import { createHandlers } from '@latchkey/mock-server/msw';

const client: AuthClient = createAuthClient({ baseUrl: 'https://api.example.com' });
const stop: () => void = client.subscribe((session: SessionSnapshot, event) => {
  if (session.status === 'lapsed') { const why: 'window-passed' | 'session-expired' = session.reason; void why; }
  if (event.type === 'signed-out') { const why: string = event.reason; void why; }
});
stop();
const me: Promise<{ name: string }> = client.api.get('me').json<{ name: string }>();
me.catch((error: unknown) => { if (isAuthError(error)) { const code: string = error.code; void code; } });

const core = createCoreClient({ baseUrl: new URL('https://api.example.com'), storage: 'memory' });
void core.fetch('me', { auth: false });
// @ts-expect-error The core has no ky instance.
void core.api;
// @ts-expect-error A client needs to know its server.
createAuthClient({});
// @ts-expect-error Durations are numbers of milliseconds.
createAuthClient({ baseUrl: 'https://api.example.com', expiryMargin: '1m' });

const server = createAuthServer({ users: [{ username: 'ada', password: 'secret' }] });
void server.clock.advance('20m');
void createHandlers(server, { baseUrl: 'https://api.example.com' });
`;

describe.each([
  ['node16', { module: 'node16', moduleResolution: 'node16' }],
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
])('with moduleResolution %s', (title, options) => {
  test.each(Object.keys(compilers))(
    'an application type-checks against the packed types with TypeScript %s (OS9)',
    async (name) => {
      expect((await run(compiler(name), ['--version'])).stdout).toContain(` ${name}.`);
      const folder = join(inject('consumer'), `types-${title}-${name}`);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'application.ts'), application);
      await writeFile(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            ...options,
            target: 'es2022',
            lib: ['es2023', 'dom', 'dom.iterable'],
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: false,
            types: [],
            noEmit: true,
          },
          files: ['application.ts'],
        }),
      );
      const result = await run(compiler(name), ['-p', folder, '--pretty', 'false']).catch(
        (error: { stdout: string }) => error,
      );
      // What the packages depend on may have its own quarrels with a compiler; ours must have none.
      const ours = result.stdout
        .split('\n')
        .filter((line) => line !== '' && !/^(\.\.\/)*node_modules\/(?!@latchkey)/.test(line));
      expect(ours).toEqual([]);
    },
  );
});
