import type { Page } from './pages.ts';

export interface SidebarGroup {
  readonly text: string;
  readonly collapsed?: boolean;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/** The order of the pages. What is not named goes to the end of its folder's group, or to "More". */
const groups: readonly { readonly text: string; readonly folder?: string; readonly pages: readonly string[] }[] = [
  {
    text: 'Start',
    pages: ['index', 'guides/getting-started', 'guides/lifetimes', 'guides/migrating-from-an-axios-interceptor', 'faq'],
  },
  {
    text: 'Guides',
    folder: 'guides/',
    pages: [
      'guides/errors',
      'guides/tabs-and-offline',
      'guides/your-own-server',
      'guides/testing',
      'guides/conformance',
    ],
  },
  { text: 'How it behaves', pages: ['failure-modes', 'security', 'benchmarks'] },
  { text: 'The server', pages: ['protocol', 'should-logout-be-authenticated', 'benchmarks-server'] },
  { text: 'Client reference', folder: 'api/client/', pages: ['client', 'api/client/index', 'api/client/core'] },
  { text: 'Server reference', folder: 'api/mock-server/', pages: ['mock-server', 'api/mock-server/index'] },
  { text: 'Decisions', folder: 'decisions/', pages: ['decisions/index'] },
  { text: 'More', folder: '', pages: ['changelog', 'contributing', 'readme'] },
];

/** Titles that are too long, or say too little, beside others. */
const shortTitles: Readonly<Record<string, string>> = {
  index: 'What it is',
  faq: 'FAQ',
  client: 'Overview',
  'mock-server': 'Overview',
  'decisions/index': 'Overview',
  readme: 'Read me',
  changelog: 'Changes',
};

/** Every page once, in groups; a page that is not there yet is left out. */
export function sidebar(pages: readonly Page[]): SidebarGroup[] {
  const left = new Map(pages.map((page) => [page.address.replace(/\.md$/, ''), page.title]));
  const named = new Set(groups.flatMap((group) => group.pages));
  return groups
    .map(({ text, folder, pages: first }) => {
      const rest =
        folder === undefined ? [] : [...left.keys()].filter((key) => key.startsWith(folder) && !named.has(key));
      const items = [...first, ...rest].flatMap((key) => {
        const title = left.get(key);
        if (title === undefined) return [];
        left.delete(key);
        return [{ text: shortTitles[key] ?? title, link: `/${key.replace(/(^|\/)index$/, '$1')}` }];
      });
      return { text, items };
    })
    .filter(({ items }) => items.length > 0);
}
