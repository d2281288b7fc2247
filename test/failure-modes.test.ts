import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from '@typescript/typescript6';
import { expect, test } from 'vitest';
import { failureModeTables, idsIn, rowsOf } from './support/failure-mode-page.ts';
import { chapters, failureModes, requestedFeatures } from './support/failure-modes.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const modes = [...failureModes, ...requestedFeatures];

const testFiles = ['packages', 'test']
  .flatMap((folder) =>
    readdirSync(`${repository}${folder}`, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'));

/** The titles of the tests in a file, as they are written: the first argument of `test(…)`, `it.each(…)(…)` and the like. */
function titlesIn(path: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test)\b/.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) titles.push(title.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(`${repository}${path}`, 'utf8'), ts.ScriptTarget.Latest, true));
  return titles;
}

// What the tests of the page itself say is about no mode.
const titles = testFiles.filter((path) => !path.endsWith('failure-mode-page.test.ts')).flatMap(titlesIn);
const named = new Set(titles.flatMap(idsIn));

test('there are 47 failure modes, each with an id of its own', () => {
  expect(failureModes).toHaveLength(47);
  expect(new Set(modes.map(({ id }) => id)).size).toBe(modes.length);
});

test('each of them is named by a test', () => {
  expect(titles.length).toBeGreaterThan(200);
  const missing = modes.filter(({ id }) => !named.has(id));
  expect(missing.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
});

test('no test names a mode that is not listed', () => {
  expect([...named].filter((id) => modes.every((mode) => mode.id !== id))).toEqual([]);
});

test('the document has a row for each of them, as it is listed (pnpm docs:failure-modes writes it)', () => {
  const written = readFileSync(`${repository}docs/failure-modes.md`, 'utf8');
  expect(rowsOf(written)).toEqual(rowsOf(failureModeTables(chapters, [])));
  expect(written.split('\n').filter((line) => line.startsWith('| **') && line.includes('✗'))).toEqual([]);
});
