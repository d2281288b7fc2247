import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ownFolder } from '../../support/reaper.ts';
import packPackages from '../packed-packages.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An empty folder outside of the workspace, in which every application has a folder of its own. */
    outside: string;
  }
}

/** Packs both packages as for publishing, and makes a place for the applications that install them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const clean = await packPackages(project);
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-outside-'));
  const owned = ownFolder(folder);
  project.provide('outside', folder);
  return async () => {
    await clean();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    owned.forget();
  };
}
