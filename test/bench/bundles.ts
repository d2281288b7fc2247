import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** The contenders, in the order of the tables: the file, and the name to show. */
export const contenders = {
  'bare-fetch': 'fetch, header by hand',
  latchkey: '**Latchkey**, `client.fetch`',
  'bare-ky': 'ky, header by hand',
  'latchkey-api': '**Latchkey**, `client.api`',
  'fetch-extras': 'fetch-extras `withTokenRefresh`',
  'axios-auth-refresh': 'axios + axios-auth-refresh',
  badgateway: '@badgateway/oauth2-client',
  directus: '@directus/sdk',
  supabase: '@supabase/auth-js',
  'oidc-client-ts': 'oidc-client-ts',
  supertokens: 'supertokens-website',
  auth0: '@auth0/auth0-spa-js',
} as const;

export type ContenderName = keyof typeof contenders;

export const names = Object.keys(contenders) as ContenderName[];

/** Those that hold no session: the limits that the others are measured against. */
export const limits: readonly ContenderName[] = ['bare-fetch', 'bare-ky'];
export const ours: readonly ContenderName[] = ['latchkey', 'latchkey-api'];
export const peers: readonly ContenderName[] = names.filter((name) => !limits.includes(name) && !ours.includes(name));

/** Those that keep the session themselves and have tabs take turns at the refresh, as this client does. */
export const coordinating: readonly ContenderName[] = ['supabase', 'supertokens', 'auth0'];

export interface Bundle {
  readonly name: ContenderName;
  readonly code: string;
  readonly size: { readonly minified: number; readonly gzip: number; readonly brotli: number };
}

/** What an application that uses this contender would ship. */
export async function bundle(name: ContenderName): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`contenders/${name}.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'bench',
    footer: { js: 'globalThis.contender = bench.contender;' },
    target: 'es2022',
    platform: 'browser',
    alias: {
      '@latchkey/client/core': distOf('core.js'),
      '@latchkey/client': distOf('index.js'),
    },
    logLevel: 'error',
  });
  const code = outputFiles[0]?.text ?? '';
  const bytes = Buffer.from(code);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  return {
    name,
    code,
    size: { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length },
  };
}

/** What the core is made of: minified bytes by folder of its sources, or by package. */
export async function partsOfCore(): Promise<readonly (readonly [part: string, bytes: number])[]> {
  const source = fileURLToPath(new URL('../../packages/client/src/', import.meta.url));
  const { metafile } = await build({
    stdin: { contents: "export { createAuthClient } from './core.ts';", resolveDir: source },
    absWorkingDir: source,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
  });
  const parts = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})) {
    const part =
      /node_modules\/(?:.*\/node_modules\/)?([^/]+)/.exec(path)?.[1] ?? /^(\w+)\//.exec(path)?.[1] ?? 'the rest';
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
  }
  return [...parts].sort(([, a], [, b]) => b - a);
}

const distOf = (file: string): string => fileURLToPath(new URL(`../../packages/client/dist/${file}`, import.meta.url));
