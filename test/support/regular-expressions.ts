import ts from '@typescript/typescript6';
import type { Sources } from './architecture-rules.ts';

/** A regular expression as it stands in the sources, or the place where one is made that cannot be read there. */
export interface FoundExpression {
  readonly place: string;
  /** Null where the pattern is put together when the program runs. */
  readonly expression: RegExp | null;
}

const texts = (node: ts.Expression | undefined): string | null =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;

/** Everything between slashes, and every `RegExp(…)`, with `new` or without. */
export function regularExpressionsIn(sources: Sources): FoundExpression[] {
  const found: FoundExpression[] = [];
  for (const [path, text] of sources) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const placeOf = (node: ts.Node) => `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const see = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        found.push({
          place: placeOf(node),
          expression: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)),
        });
      }
      const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
      if (isCall && /^(globalThis\.|window\.)?RegExp$/.test(node.expression.getText())) {
        const [pattern, flags] = node.arguments ?? [];
        const readable = texts(pattern) !== null && (flags === undefined || texts(flags) !== null);
        const expression = readable ? new RegExp(texts(pattern) ?? '', texts(flags) ?? '') : null;
        found.push({ place: placeOf(node), expression });
      }
      ts.forEachChild(node, see);
    };
    see(file);
  }
  return found;
}
