import { readdirSync, readFileSync } from 'node:fs';
import type { Edit, Mutant } from './mutant.ts';

/** Where the sources of the client are. */
export const clientRoot = new URL('../../../packages/client/src/', import.meta.url);

/** By path below {@link clientRoot}. */
type Sources = ReadonlyMap<string, string>;

export function readClientSources(): Sources {
  const paths = readdirSync(clientRoot, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
  return new Map(paths.sort().map((path) => [path, readFileSync(new URL(path, clientRoot), 'utf8')]));
}

/** Whatever can be between two tokens without a change of meaning; a formatter ends a broken list with a comma. */
const between = '(?:\\s|//[^\\n]*\\n)*';

function patternOf(code: string): RegExp {
  const tokens = code.match(/\w+|[^\w\s]/g) ?? [];
  const parts = tokens.map((token, index) => {
    const text = token.replace(/[^\w]/g, '\\$&');
    if (/^\w/.test(token) && /\w$/.test(tokens[index - 1] ?? '')) return `\\s${between}${text}`;
    return between + (/^[)\]}]$/.test(token) ? `,?${between}` : '') + text;
  });
  const [first = ''] = tokens;
  const start = /^\w/.test(first) ? '(?<!\\w)' : '';
  return new RegExp(start + parts.join('').slice(between.length), 'g');
}

function edit(sources: Sources, { find, replace }: Edit, name: string): [path: string, source: string] {
  const pattern = patternOf(find);
  const places = [...sources].flatMap(([path, source]) => [...source.matchAll(pattern)].map(() => path));
  const [path] = places;
  if (path === undefined || places.length > 1) {
    throw new Error(
      `The mutant "${name}" looks for a guard that is there ${places.length} times in the client: ${find}\n` +
        `${places.join(', ')}\nSay in test/sim/mutants what the guard looks like now.`,
    );
  }
  return [path, (sources.get(path) ?? '').replace(pattern, () => replace)];
}

/**
 * The files in which a mutant differs from the client, as they are with the guard taken out.
 * @throws where a piece it looks for is not there any more, or more than once.
 */
export function mutate(sources: Sources, { name, find, replace, also = [] }: Mutant): Sources {
  const changed = new Map<string, string>();
  for (const each of [{ find, replace }, ...also]) {
    changed.set(...edit(new Map([...sources, ...changed]), each, name));
  }
  return changed;
}
