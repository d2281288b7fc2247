import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { allMutants } from './mutants/all-mutants.ts';
import type { Mutant } from './mutants/mutant.ts';

/** Under Node alone, the packages' names mean their sources, as they do in the test runner. */
const packages = new URL('../../packages/', import.meta.url);
const client = new URL('client/src/', packages).href;

/** The source with one guard taken out. @throws where the guard is not there any more, or twice. */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(`The mutant "${name}" finds its text ${places} times in ${file}; see test/sim/mutants.`);
  return source.replace(find, () => replace);
}

const mutantOf = (url: string | undefined): string | null => (url ? new URL(url).searchParams.get('mutant') : null);

// A module imported with `?mutant=3` is the client with the third guard taken out; what it imports of the client is, too.
registerHooks({
  resolve(specifier, context, next) {
    const [, pack, entry, query = ''] = /^@latchkey\/([\w-]+)(?:\/([\w-]+))?(\?.*)?$/.exec(specifier) ?? [];
    const source = pack && new URL(`${pack}/src/${entry ?? 'index'}.ts${query}`, packages);
    if (source && existsSync(new URL(source.pathname, source))) return { url: source.href, shortCircuit: true };
    const resolved = next(specifier, context);
    const mutant = mutantOf(context.parentURL?.startsWith('file:') ? context.parentURL : undefined);
    const inherits = mutant !== null && resolved.url.startsWith(client);
    return inherits ? { ...resolved, url: `${resolved.url}?mutant=${mutant}` } : resolved;
  },
  load(url, context, next) {
    const number = url.startsWith(client) ? mutantOf(url) : null;
    const mutant = number === null ? undefined : allMutants[Number(number)];
    if (!mutant || url.split('?')[0] !== client + mutant.file) return next(url, context);
    const source = readFileSync(new URL(client + mutant.file), 'utf8');
    return { format: 'module-typescript', source: mutate(source, mutant), shortCircuit: true };
  },
});
