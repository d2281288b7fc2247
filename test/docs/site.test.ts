import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addressOf, pages, repository, resolveLink, slugOf } from '../../docs/.vitepress/pages.ts';
import { drawSequence } from '../../docs/.vitepress/sequence-diagrams.ts';
import { sidebar } from '../../docs/.vitepress/sidebar.ts';

const all = pages();
const textOf = (file: string): string => readFileSync(join(repository, file), 'utf8');

/** Without its examples. */
const proseOf = (file: string): string => textOf(file).replace(/^```[\s\S]*?^```$/gm, '');

describe('the sidebar', () => {
  const links = sidebar(all).flatMap(({ items }) => items.map(({ link }) => link));

  test('leads to every page, once', () => {
    const addresses = all.map(({ address }) => `/${address.replace(/\.md$/, '').replace(/(^|\/)index$/, '$1')}`);
    expect([...links].sort()).toEqual([...addresses].sort());
    expect(links).toContain('/');
    expect(links).toContain('/guides/getting-started');
    expect(links.length).toBeGreaterThan(10);
  });

  test('takes in a page that nobody named', () => {
    const unnamed = ['guides/new.md', 'decisions/1.md', 'api/client/new.md', 'new.md'];
    const groups = sidebar(unnamed.map((address) => ({ file: `docs/${address}`, address, title: 'New' })));
    expect(groups.map(({ text, items }) => [text, items[0]?.link])).toEqual([
      ['Guides', '/guides/new'],
      ['Client reference', '/api/client/new'],
      ['Decisions', '/decisions/1'],
      ['More', '/new'],
    ]);
  });
});

describe('a link', () => {
  test.each(all.filter(({ address }) => !address.startsWith('api/')))(
    'in $file leads to a page, or to a file of the repository',
    ({ file }) => {
      for (const [, link = ''] of proseOf(file).matchAll(/\]\((?![a-z]+:|#)([^)\s]+)\)/g)) {
        const target = resolveLink(file, link);
        if ('source' in target) expect(existsSync(join(repository, target.source)), link).toBe(true);
        else expect(all.map(({ address }) => address)).toContain(addressOf(pageFileOf(target.page)));
      }
    },
  );

  test.each(all.filter(({ address }) => !address.startsWith('api/')))(
    'with an anchor in $file leads to a heading',
    ({ file }) => {
      for (const [, link = ''] of proseOf(file).matchAll(/\]\((?![a-z]+:)([^)\s]*#[^)\s]+)\)/g)) {
        const target = link.startsWith('#') ? file : fileOf(file, link);
        if (target.endsWith('.md')) expect(anchorsOf(target), link).toContain(link.replace(/^.*#/, ''));
      }
    },
  );

  test('to the report of an entry leads to its reference, and to a source nowhere on the site', () => {
    expect(resolveLink('docs/faq.md', '../packages/client/api/core.api.d.ts')).toEqual({ page: '/api/client/core' });
    expect(resolveLink('docs/faq.md', '../packages/client/api/index.api.d.ts#x')).toEqual({ page: '/api/client/#x' });
    expect(resolveLink('docs/faq.md', '../packages/client/src/core.ts')).toEqual({
      source: 'packages/client/src/core.ts',
    });
    expect(resolveLink('docs/guides/errors.md', '../faq.md#servers')).toEqual({ page: '/faq#servers' });
    expect(() => resolveLink('docs/faq.md', 'nowhere.md')).toThrow('nowhere.md');
  });

  /** The file, in the repository, that a link in another leads to. */
  function fileOf(file: string, link: string): string {
    const target = resolveLink(file, link);
    return 'source' in target ? target.source : pageFileOf(target.page);
  }

  /** What can come after the `#`; of headings that are alike, the second and later ones are counted. */
  function anchorsOf(file: string): string[] {
    const slugs = [...proseOf(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => slugOf(heading));
    return slugs.map((slug, n) => {
      const earlier = slugs.slice(0, n).filter((other) => other === slug).length;
      return earlier === 0 ? slug : `${slug}-${earlier}`;
    });
  }

  /** The file a page was made of. */
  function pageFileOf(page: string): string {
    const address = `${page
      .replace(/#.*/, '')
      .slice(1)
      .replace(/(^|\/)$/, '$1index')}.md`;
    return all.find((each) => each.address === address)?.file ?? address;
  }
});

describe('a sequence diagram', () => {
  const diagrams = all.flatMap(({ file }) => [...textOf(file).matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)]);

  test('keeps every line of its source, in order', () => {
    expect(diagrams.length).toBeGreaterThan(3);
    for (const [, source = ''] of diagrams) {
      const texts = [...source.matchAll(/^ +(?!participant).*?: (.+)$/gm)].map((match) => match[1]);
      const drawn = [...drawSequence(source).matchAll(/<li.*?<\/span>(.*?)<\/li>/g)].map((match) => match[1]);
      expect(drawn).toEqual(texts);
    }
  });

  test('is refused when it holds what cannot be drawn', () => {
    expect(() => drawSequence('graph TD\n A-->B')).toThrow('graph TD');
    expect(() => drawSequence('sequenceDiagram\n loop daily')).toThrow('loop daily');
    expect(() => drawSequence('sequenceDiagram\n A->>B: hello')).toThrow('A takes no part');
  });
});

test('the picture of the lifetimes says in words what it shows', () => {
  const svg = textOf('docs/lifetimes.svg');
  expect(svg).toMatch(/role="img" aria-labelledby="lifetimes-title lifetimes-desc"/);
  expect(svg).toMatch(/<title id="lifetimes-title">.+<\/title>/);
  expect(svg).toMatch(/<desc id="lifetimes-desc">.*20 minutes.*week.*day 90.*<\/desc>/);
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
});
