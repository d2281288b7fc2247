import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { allMutants } from './mutants/all-mutants.ts';
import { clientRoot, mutate, readClientSources } from './mutants/mutate.ts';

/** Under Node alone, the packages' names mean their sources, as they do in the test runner. */
const packages = new URL('../../packages/', import.meta.url);
const client = clientRoot.href;

const mutantOf = (url: string | undefined): string | null => (url ? new URL(url).searchParams.get('mutant') : null);

const changedBy = new Map<string, ReturnType<typeof mutate>>();

/** What the files of one mutant are that differ from the client's. */
function changedIn(number: string): ReturnType<typeof mutate> {
  const mutant = allMutants[Number(number)];
  if (!mutant) throw new Error(`There is no mutant ${number}.`);
  const changed = changedBy.get(number) ?? mutate(readClientSources(), mutant);
  changedBy.set(number, changed);
  return changed;
}

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
    const path = url.slice(client.length).split('?')[0] ?? '';
    const source = number === null ? undefined : changedIn(number).get(path);
    return source === undefined ? next(url, context) : { format: 'module-typescript', source, shortCircuit: true };
  },
});
