import { relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { repository, resolveLink } from './pages.ts';

const isElsewhere = (href: string): boolean => /^([a-z]+:|\/|#)/i.test(href);

/**
 * The files are written for where the code is: links are relative paths in the repository. Here they become addresses of
 * the site; what is no page leads to the repository, or is plain text where nobody said at which address that is.
 */
export function repositoryLinks(markdown: MarkdownRenderer, sources: string | null): void {
  markdown.core.ruler.push('repository-links', (state) => {
    const file = relative(repository, state.env.realPath ?? state.env.path);
    for (const { children } of state.tokens)
      for (const [n, token] of (children ?? []).entries()) {
        const href = token.attrGet('href');
        if (token.type !== 'link_open' || href === null || isElsewhere(href)) continue;
        const target = resolveLink(file, href);
        if ('page' in target) token.attrSet('href', target.page);
        else if (sources !== null) token.attrSet('href', `${sources}/${target.source}`);
        else plain(children ?? [], n, target.source);
      }
  });
}

function plain(
  tokens: { type: string; tag: string; attrs: [string, string][] | null }[],
  open: number,
  source: string,
): void {
  const close = tokens.findIndex((token, n) => n > open && token.type === 'link_close');
  for (const n of [open, close]) {
    const token = tokens[n];
    if (!token) continue;
    token.type = n === open ? 'source_open' : 'source_close';
    token.tag = 'span';
    token.attrs = n === open ? [['title', source]] : null;
  }
}
