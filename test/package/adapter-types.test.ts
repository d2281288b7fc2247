import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const run = promisify(execFile);
const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

const application = `
import { type AuthClient, createAuthClient } from '@latchkey/client';
import { axiosAdapter } from '@latchkey/client/axios';
import { createAuthClient as createCoreClient } from '@latchkey/client/core';
import { reconnectingWebSocket } from '@latchkey/client/live';
import { AuthProvider, useAuth } from '@latchkey/client/react';
import { createAuth } from '@latchkey/client/svelte';
import { authPlugin } from '@latchkey/client/vue';
import axios from 'axios';
import { createElement } from 'react';
import { createApp } from 'vue';

const client = createAuthClient({ baseUrl: 'https://api.example.com' });
const core = createCoreClient({ baseUrl: 'https://api.example.com' });
createElement(AuthProvider, { client }, null);
createElement(AuthProvider, { client: core }, null);
void useAuth<AuthClient>().client.api;
// @ts-expect-error Nothing is said of ky where nobody asks for it.
void useAuth().client.api;
createApp({}).use(authPlugin(core));
const status: 'signed-in' | 'signed-out' | 'lapsed' = createAuth(client).session.status;
axios.create({ adapter: axiosAdapter(core) });
reconnectingWebSocket(client, 'wss://api.example.com', { authenticate: (socket, token) => socket.send(token) }).close();
void status;
`;

// Kind: what the application knows of its client, the library's types forget.

const registered = `
import { type AuthClient, createAuthClient } from '@latchkey/client';
import { createAuthClient as createCoreClient } from '@latchkey/client/core';
import { AuthProvider, useAuth } from '@latchkey/client/react';
import { createAuth } from '@latchkey/client/svelte';
import { authPlugin, useAuth as useAuthInVue } from '@latchkey/client/vue';
import { createElement } from 'react';

const client = createAuthClient({ baseUrl: 'https://api.example.com' });
const core = createCoreClient({ baseUrl: 'https://api.example.com' });
declare module '@latchkey/client/react' {
  interface Register { client: typeof client }
}
declare module '@latchkey/client/vue' {
  interface Register { client: typeof client }
}
const fromReact: AuthClient['api'] = useAuth().client.api;
const fromVue: AuthClient['api'] = useAuthInVue().client.api;
const fromSvelte: AuthClient['api'] = createAuth(client).client.api;
const waits: [boolean, boolean] = [useAuth().hydrating, useAuthInVue().hydrating.value];
createElement(AuthProvider, { client }, null);
authPlugin(client);
// @ts-expect-error Another client than the one that components are told of.
createElement(AuthProvider, { client: core }, null);
// @ts-expect-error The same.
authPlugin(core);
// @ts-expect-error The core has no ky instance, and knows it.
void createAuth(core).client.api;
void [fromReact, fromVue, fromSvelte, waits];
`;

test.each([
  ['with either kind of client', application, 'node16'],
  ['that has registered its client, and need not say it again (OF5)', registered, 'node16'],
  ['that has registered its client, for a bundler (OF5)', registered, 'bundler'],
])('an application with adapters type-checks, %s', async (title, source, moduleResolution) => {
  const folder = join(inject('consumer'), `types-adapters-${title.replace(/\W+/g, '-')}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'application.ts'), source);
  const compilerOptions = {
    module: moduleResolution === 'bundler' ? 'esnext' : 'node16',
    moduleResolution,
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    strict: true,
    exactOptionalPropertyTypes: true,
    // The libraries' own types take a minute to check.
    skipLibCheck: true,
    types: [],
    noEmit: true,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['application.ts'] }));
  const { stdout } = await run(tsc, ['-p', folder, '--pretty', 'false']).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});
