import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documents, repository } from './documents.ts';

const quotation = /^<!-- file: (\S+) -->\n\n```(\w+)\n([\s\S]*?)^```$/gm;

const quoting = documents().filter(({ text }) => text.search(quotation) >= 0);

it('some documents quote files', () => {
  expect(quoting.length).toBeGreaterThan(0);
});

it.each(quoting)('$path quotes files as they are', ({ path, text }) => {
  const now = text.replace(
    quotation,
    (_, file: string, language: string) =>
      `<!-- file: ${file} -->\n\n\`\`\`${language}\n${readFileSync(new URL(file, repository), 'utf8')}\`\`\``,
  );
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(new URL(path, repository), now);
  else expect(text, 'UPDATE_DOCS=1 writes it anew').toBe(now);
});
