import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as client from '@latchkey/client';
import ts from '@typescript/typescript6';
import { describe, expect, it } from 'vitest';

// Kind: a message that does not say what it is about, what came, or what to do.

const root = fileURLToPath(new URL('../packages/client/src/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(?<!\.test)\.tsx?$/.test(name),
);

/** Errors that others define, and what is made of the words of others. */
const foreign = /^(TimeoutError|CanceledError|AxiosError|LoginRequiredError)$/;

/** Every text in the first argument of `new …Error(…)`, with `…` for what is put into it. */
const sites = files.flatMap((name) => {
  const source = ts.createSourceFile(name, readFileSync(root + name, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: { where: string; error: string; given: string; text: string }[] = [];
  const textOf = (node: ts.Node): string => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node))
      return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('');
    if (ts.isBinaryExpression(node)) return textOf(node.left) + textOf(node.right);
    if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
    if (ts.isConditionalExpression(node)) return textOf(node.whenTrue);
    return '…';
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) {
      const [first] = node.arguments ?? [];
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({
        where: `${name}:${line}`,
        error: node.expression.getText(),
        given: first?.getText() ?? '',
        text: first ? textOf(first) : '',
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
});

const literal = sites.filter(
  ({ text, error }) => /[a-z]{3}/.test(text) && !foreign.test(error) && !/^(window-passed|…)$/.test(text),
);

describe('every message that is written in the client', () => {
  it('is found', () => {
    expect(sites.length).toBeGreaterThan(30);
    expect(literal.length).toBeGreaterThan(12);
  });
  for (const { where, text } of literal) {
    it(`is a sentence in plain words: ${where} ${text}`, () => {
      // It begins with a name or a capital, and ends.
      expect(text).toMatch(/^(`|…|[A-Z]|\w+\(\))/);
      expect(text).toMatch(/[.?…)]\s?…?$/);
      // Options are in backticks, values as they came.
      expect(text).not.toMatch(/^"/);
      expect(text).not.toMatch(/there is no|makes no sense|meanwhile|no duration|\[object/);
    });
  }
});

describe('every error says what came and what to do, by itself', () => {
  for (const [error, words] of [
    [new client.NotSignedInError(), /Log in first\.$/],
    [new client.LoginRequiredError('window-passed'), /\(window-passed\)\. Log in again\.$/],
    [new client.LoginRequiredError('session-expired'), /\(session-expired\)\. Log in again\.$/],
    [new client.RefreshRejectedError('invalid_grant'), /^The refresh was refused \(invalid_grant\)\.$/],
    [new client.SessionChangedError(), /^Another session took over while this call was under way\. /],
    [new client.NotReplayableError(new Response(null, { status: 401 })), /\(401\).* Make it anew and send it again\.$/],
    [new client.StorageError(), /did not store the session\. It goes on in memory, for this tab\.$/],
  ] as const) {
    it(error.name, () => {
      expect(error.message).toMatch(words);
    });
  }
});

it('two logins at once, and a client that is disposed of, have words of their own', async () => {
  let answer: (response: Response) => void = () => {};
  const held = client.createAuthClient({
    baseUrl: 'https://api.example.com',
    storage: 'memory',
    fetch: (input) =>
      String((input as Request).url).endsWith('/login')
        ? new Promise((resolve) => {
            answer = resolve;
          })
        : Promise.resolve(new Response()),
  });
  const tokens = (name: string) => Response.json({ access_token: `access-${name}`, refresh_token: `refresh-${name}` });
  const first = held.login({ username: 'ada' });
  const answerFirst = answer;
  const second = held.login({ username: 'ada' });
  answer(tokens('two'));
  await second;
  answerFirst(tokens('one'));
  await expect(first).rejects.toMatchObject({
    name: 'SessionChangedError',
    message: expect.stringMatching(/^This login was superseded by a newer one/),
  });
  held.dispose();
});
