import type { MarkdownRenderer } from 'vitepress';
import { drawSequence } from './sequence-diagrams.ts';

/** Draws the fences that the code host draws too. */
export function diagramFences(markdown: MarkdownRenderer): void {
  const { rules } = markdown.renderer;
  const { fence } = rules;
  rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index];
    if (token?.info.trim() === 'mermaid') return drawSequence(token.content);
    return fence?.(tokens, index, ...rest) ?? '';
  };
}
