import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { slowestAttack } from './support/adversarial-inputs.ts';
import { regularExpressionsIn } from './support/regular-expressions.ts';

/*
 * Kind: text from outside makes the work on it grow faster than its length.
 *
 * Every regular expression of both packages is tried with input that is made from it. Whoever writes a new one that takes four
 * times as long for twice the input finds this test red, with the input that shows it.
 */

const repository = fileURLToPath(new URL('..', import.meta.url));

const sources = new Map(
  ['packages/client/src', 'packages/mock-server/src']
    .flatMap((folder) =>
      readdirSync(`${repository}${folder}`, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|contract)\.tsx?$|\/testing\//.test(path))
    .map((path) => [path, readFileSync(`${repository}${path}`, 'utf8')]),
);
const found = regularExpressionsIn(sources);

test('there are expressions to try, and each can be read in the sources (OX4)', () => {
  expect(found.length).toBeGreaterThan(60);
  expect(found.filter(({ expression }) => expression === null)).toEqual([]);
});

describe('a regular expression takes twice the time for twice the input, whatever the input (OX4)', () => {
  it.each(found.map(({ place, expression }) => ({ place, expression })))(
    '$place $expression',
    ({ expression }) => {
      const slow = slowestAttack(expression as RegExp);
      expect(slow, JSON.stringify(slow)).toBeNull();
    },
    60_000,
  );
});

describe('the search for slow expressions finds (OX4)', () => {
  it.each([
    ['two runs of the same characters side by side', /^(\S*) *(\S+)? *$/],
    ['a run that is looked for at the end only', /=+$/],
    ['a run at the end, from any of its characters on', /\s+$/],
    ['the rest of a line that does not end', /%.*$/],
    ['two runs around an optional separator', /^\w+-?\w+$/],
    ['a list whose separator may be blank', /^a(\s*,?\s*b)*$/],
    ['an expression that doubles with each character', /^(a+)+$/],
    ['a choice between two of the same', /^(a|a)*$/],
    ['a text that is never closed', /"(?:[^"\\]|\\.)*"/g],
    ['what stands behind a prefix', /^Bearer (\w*)\s*(\w*)\s*$/],
  ])(
    '%s',
    (_, expression) => {
      expect(slowestAttack(expression)?.growth).toBeGreaterThan(3);
    },
    60_000,
  );

  it('expressions in constructors, too', () => {
    const text = `new RegExp('a+$'); RegExp(\`b\`, 'g'); new RegExp(other); /c/u.test(x);`;
    const expressions = regularExpressionsIn(new Map([['x.ts', text]])).map(({ expression }) => String(expression));
    expect(expressions).toEqual(['/a+$/', '/b/g', 'null', '/c/u']);
  });
});
