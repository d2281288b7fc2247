import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

const asAttribute = (text: string): string => JSON.stringify(text).replace(/&/g, '&amp;').replace(/'/g, '&#39;');

/** SVGs become part of the page: their colours follow the page's, their title and description are read aloud. */
export function inlinePictures(markdown: MarkdownRenderer): void {
  const image = markdown.renderer.rules.image;
  markdown.renderer.rules.image = (tokens, index, options, env, self) => {
    const source = tokens[index]?.attrGet('src') ?? '';
    if (!source.endsWith('.svg') || /^([a-z]+:|\/)/.test(source))
      return image?.(tokens, index, options, env, self) ?? '';
    const svg = readFileSync(join(dirname(env.realPath ?? env.path), source), 'utf8').replace(/^<\?xml.*?\?>\s*/, '');
    // Not as part of the template: the page's compiler takes styles out of it.
    return `<span class="picture" v-html='${asAttribute(svg)}'></span>`;
  };
}
