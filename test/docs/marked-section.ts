import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const folder = new URL('../../docs/', import.meta.url);

export type DocumentName = 'protocol.md' | 'should-logout-be-authenticated.md' | 'guides/conformance.md';

export const read = (document: DocumentName): string => readFileSync(new URL(document, folder), 'utf8');

/** Names of the parts of a document that tests write, in their order. */
export const sectionNames = (document: DocumentName): string[] =>
  [...read(document).matchAll(/^<!-- tested: (.+) -->$/gm)].map((match) => match[1] ?? '');

/**
 * Holds a part of a document, between `<!-- tested: name -->` and `<!-- end -->`, to what was seen of the running server. With
 * `UPDATE_DOCS=1` it is written instead of compared.
 */
export function expectSection(document: DocumentName, name: string, seen: string): void {
  const text = read(document);
  const { start, end } = placeOf(name, text);
  const wanted = `\n\n${seen.trim()}\n\n`;
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(new URL(document, folder), text.slice(0, start) + wanted + text.slice(end));
  } else {
    expect(text.slice(start, end), `docs/${document}, ${name}: UPDATE_DOCS=1 writes it anew`).toBe(wanted);
  }
}

function placeOf(name: string, text: string): { start: number; end: number } {
  const opening = `<!-- tested: ${name} -->`;
  const start = text.indexOf(opening) + opening.length;
  const end = text.indexOf('<!-- end -->', start);
  if (start < opening.length || end < 0) throw new Error(`There is no section "${name}".`);
  return { start, end };
}
