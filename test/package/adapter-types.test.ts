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

test('an application with adapters type-checks, with either kind of client', async () => {
  const folder = join(inject('consumer'), 'types-adapters');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'application.ts'), application);
  const compilerOptions = {
    module: 'node16',
    moduleResolution: 'node16',
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
