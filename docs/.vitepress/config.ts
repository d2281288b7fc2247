import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { diagramFences } from './diagram-fences.ts';
import { inlinePictures } from './inline-pictures.ts';
import { pages, repository, slugOf } from './pages.ts';
import { repositoryLinks } from './repository-links.ts';
import { sidebar } from './sidebar.ts';

/** The address of the sources, from the manifest: `https://…/latchkey`, or null as long as it has none. */
function sourcesAddress(): string | null {
  const manifest = JSON.parse(readFileSync(join(repository, 'packages/client/package.json'), 'utf8'));
  const url: string | undefined = manifest.repository?.url ?? manifest.repository;
  return (
    url
      ?.replace(/^git\+/, '')
      .replace(/^github:/, 'https://github.com/')
      .replace(/\.git$/, '') ?? null
  );
}

/** Pages outside of `docs` have no Vue beside them. When pages are rendered, it is the one that is installed here. */
const vueFromHere = {
  name: 'vue-from-here',
  enforce: 'pre' as const,
  resolveId: (source: string, _importer: string | undefined, { ssr }: { ssr?: boolean }) =>
    ssr && /^vue(\/server-renderer)?$/.test(source) ? { id: source, external: true } : null,
};

const address = sourcesAddress();
const all = pages();

export default defineConfig({
  title: 'Latchkey',
  description: 'Sessions for single-page apps with their own API server.',
  lang: 'en',
  // The host's folder, such as '/latchkey/'.
  base: (process.env['DOCS_BASE'] ?? '/') as `/${string}/`,
  // All of the repository, so that files outside of `docs` can be pages where they are.
  srcDir: '..',
  srcExclude: ['test/**', 'demo/**', 'packages/*/!(README.md)', 'packages/*/*/**'],
  rewrites: Object.fromEntries(all.map(({ file, address: to }) => [file, to])),
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    // Braces in a heading are part of it, such as `{sid}`.
    attrs: { disable: true },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: slugOf },
    config(markdown) {
      repositoryLinks(markdown, address === null ? null : `${address}/blob/main`);
      diagramFences(markdown);
      inlinePictures(markdown);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebar(all).map((group) => ({ ...group, items: [...group.items] })),
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/guides/getting-started' },
      { text: 'Protocol', link: '/protocol' },
      { text: 'Reference', link: '/api/client/' },
    ],
    ...(address === null ? {} : { socialLinks: [{ icon: 'github', link: address }] }),
  },
  vite: { plugins: [vueFromHere], server: { watch: { ignored: ['**/test/**', '**/.tsbuild/**', '**/dist/**'] } } },
});
