import { readdirSync, readFileSync } from 'node:fs';

export const repository: URL = new URL('../../', import.meta.url);

/** What people read: path from the repository's root, and text. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

const namesIn = (folder: string, recursive = false): string[] =>
  readdirSync(new URL(folder, repository), { recursive, encoding: 'utf8' })
    .map((name) => folder + name.replaceAll('\\', '/'))
    // The reference is made of docstrings: their examples are fragments.
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules/') && !path.startsWith('docs/api/'));

export const documents = (): Document[] =>
  [
    ...namesIn('./').map((path) => path.slice(2)),
    ...namesIn('docs/', true),
    ...namesIn('packages/client/'),
    ...namesIn('packages/mock-server/'),
  ].map((path) => ({ path, text: readFileSync(new URL(path, repository), 'utf8') }));
