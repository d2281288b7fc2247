import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository: string = fileURLToPath(new URL('../..', import.meta.url));

/** One page of the site: a Markdown file of the repository, where it is on the site, and its first heading. */
export interface Page {
  /** Relative to the repository, such as `docs/protocol.md`. */
  readonly file: string;
  /** Relative to the site, such as `protocol.md`. */
  readonly address: string;
  readonly title: string;
}

/** Where a file is on the site; null for one that is no page. A report of the public surface stands for its reference. */
export function addressOf(file: string): string | null {
  if (/^[^./][^/]*\.md$/.test(file)) return file.toLowerCase();
  const opening = /^packages\/([^/]+)\/README\.md$/.exec(file);
  if (opening) return `${opening[1]}.md`;
  const report = /^packages\/(.+)\/api\/(.+)\.api\.d\.ts$/.exec(file);
  if (report) return `api/${report[1]}/${report[2]}.md`;
  if (!/^docs\/[^.].*\.md$/.test(file)) return null;
  return posix.join(file.slice('docs/'.length).replace(/(^|\/)README\.md$/, '$1index.md'));
}

const titleOf = (file: string): string =>
  (/^# (.+)$/m.exec(readFileSync(join(repository, file), 'utf8'))?.[1] ?? file).replace(/[`\\]/g, '');

/** The anchor of a heading, the same here as where the code is. */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** Every page there is now, the generated ones included. */
export function pages(): Page[] {
  return globSync(['*.md', 'packages/*/README.md', 'docs/**/*.md'], { cwd: repository })
    .filter((file) => !file.includes('node_modules'))
    .map((file) => ({ file, address: addressOf(file), title: titleOf(file) }))
    .filter((page): page is Page => page.address !== null)
    .sort((one, other) => (one.address < other.address ? -1 : 1));
}

/**
 * What a relative link in `file` means on the site: the address of a page, or a file of the repository that is none.
 *
 * @throws when the link leads nowhere.
 */
export function resolveLink(file: string, link: string): { page: string } | { source: string } {
  const [path = '', anchor] = link.split('#');
  const target = posix.normalize(posix.join(dirname(file), decodeURIComponent(path)));
  // Pages that are made by the build link among each other, before all of them are there.
  const generated = file.startsWith('docs/api/') && target.startsWith('docs/api/');
  if (!generated && !existsSync(join(repository, target)))
    throw new Error(`${file} links to ${link}, which is not there`);
  const address = addressOf(target) ?? addressOf(posix.join(target, 'README.md'));
  if (address === null || !(generated || isPage(target))) return { source: target };
  return { page: `/${address.replace(/\.md$/, '').replace(/(^|\/)index$/, '$1')}${anchor ? `#${anchor}` : ''}` };
}

const isPage = (target: string): boolean =>
  target.endsWith('.md') || target.endsWith('.api.d.ts') || existsSync(join(repository, target, 'README.md'));
