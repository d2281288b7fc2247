import ts from '@typescript/typescript6';

/** Path from the repository's root → source text. Every rule is a function of such a map and gives its violations. */
export type Sources = ReadonlyMap<string, string>;

export interface ClientMap {
  /** The folder that all paths are relative to, with a trailing slash. */
  readonly root: string;
  /** What an application imports; nothing inside imports an entry. */
  readonly entries: readonly string[];
  /** Folders that are built on the whole client: only an entry imports them. */
  readonly onTop: readonly string[];
  /** Files that join the layers, left to right; only an entry or one further left imports them. */
  readonly wiring: readonly string[];
  /** Folders, left to right. Files at the root that are neither entry nor wiring are leaves: right of all layers. */
  readonly layers: readonly string[];
}

interface Import {
  readonly specifier: string;
  /** Erased by the compiler: `import type`, `export type … from`, or nothing but `type` names. */
  readonly typeOnly: boolean;
}

const parsed = new Map<string, ts.SourceFile>();

function parse(path: string, text: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known !== undefined && known.text === text) return known;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  parsed.set(path, file);
  return file;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  visit(parse(path, text), (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const named = node.importClause?.namedBindings;
      const onlyTypes =
        node.importClause?.isTypeOnly === true ||
        (node.importClause?.name === undefined &&
          named !== undefined &&
          ts.isNamedImports(named) &&
          named.elements.length > 0 &&
          named.elements.every((element) => element.isTypeOnly));
      found.push({ specifier: node.moduleSpecifier.text, typeOnly: onlyTypes });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const named = node.exportClause;
      const onlyTypes =
        node.isTypeOnly ||
        (named !== undefined && ts.isNamedExports(named) && named.elements.every((element) => element.isTypeOnly));
      found.push({ specifier: node.moduleSpecifier.text, typeOnly: onlyTypes });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      if (target && ts.isStringLiteralLike(target)) found.push({ specifier: target.text, typeOnly: false });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument;
      if (ts.isStringLiteral(literal)) found.push({ specifier: literal.text, typeOnly: true });
    }
  });
  return found;
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

const resolve = (from: string, specifier: string): string => new URL(specifier, `file:///${from}`).pathname.slice(1);

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** Imports point right: entry → wiring → layers → leaves. Type-only imports count as much as others. */
export function leftPointing(sources: Sources, client: ClientMap): string[] {
  const place = (path: string): number | undefined => {
    const name = path.slice(client.root.length);
    if (client.entries.includes(name)) return 0;
    const wired = client.wiring.indexOf(name);
    if (wired >= 0) return 1 + wired;
    const slash = name.indexOf('/');
    if (slash < 0) return 1 + client.wiring.length + client.layers.length;
    const folder = name.slice(0, slash);
    // Between the entries and what joins the layers.
    if (client.onTop.includes(folder)) return 0.5;
    const layer = client.layers.indexOf(folder);
    return layer < 0 ? undefined : 1 + client.wiring.length + layer;
  };
  return inside(sources, client.root).flatMap(([path, text]) => {
    const own = place(path);
    if (own === undefined) return [`${path}: its folder is not one of the layers ${client.layers.join(' → ')}`];
    return importsOf(path, text)
      .filter(({ specifier }) => isRelative(specifier))
      .flatMap(({ specifier }) => {
        const target = resolve(path, specifier);
        if (!target.startsWith(client.root)) return [`${path} leaves the package for ${specifier}`];
        const there = place(target);
        if (there === undefined) return [`${path} → ${target}: that folder is not a layer`];
        const isEntry = there === 0;
        return there < own || isEntry ? [`${path} → ${target} points left`] : [];
      });
  });
}

/** No file can be reached from itself. Type-only imports count: a cycle of types is one all the same for a reader. */
export function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push([...trail.slice(at), path].join(' → '));
      return;
    }
    const text = sources.get(path);
    if (done.has(path) || text === undefined) return;
    for (const { specifier } of importsOf(path, text)) {
      if (isRelative(specifier)) walk(resolve(path, specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of sources.keys()) walk(path, []);
  return found;
}

/** Relative imports that name no file of the map. */
export const dangling = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) =>
    importsOf(path, text)
      .filter(({ specifier }) => isRelative(specifier) && !sources.has(resolve(path, specifier)))
      .map(({ specifier }) => `${path}: ${specifier} does not exist (imports name the file, with .ts)`),
  );

/** No file under `root` imports one of these packages, by name or by path. */
export const forbiddenPackages = (sources: Sources, root: string, packages: readonly string[]): string[] =>
  inside(sources, root).flatMap(([path, text]) =>
    importsOf(path, text)
      .filter(({ specifier }) =>
        isRelative(specifier) ? !resolve(path, specifier).startsWith(root) : packages.includes(packageOf(specifier)),
      )
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );

/** `node:` imports only where they are allowed, type-only ones included (a browser's types do not know them). */
export const nodeImports = (sources: Sources, allowed: readonly string[]): string[] =>
  [...sources].flatMap(([path, text]) =>
    allowed.includes(path)
      ? []
      : importsOf(path, text)
          .filter(({ specifier }) => specifier.startsWith('node:'))
          .map(({ specifier }) => `${path} imports ${specifier}`),
  );

/** Files that could be loaded from `entry` at run time and what of other packages they load. */
export function reach(sources: Sources, entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const walk = (path: string): void => {
    const text = sources.get(path);
    if (files.has(path) || text === undefined) return;
    files.add(path);
    for (const { specifier, typeOnly } of importsOf(path, text)) {
      if (typeOnly) continue;
      if (isRelative(specifier)) walk(resolve(path, specifier));
      else packages.add(packageOf(specifier));
    }
  };
  walk(entry);
  return { files, packages };
}

export const unreached = (sources: Sources, root: string, entries: readonly string[]): string[] => {
  const withTypes = new Set<string>();
  const walk = (path: string): void => {
    const text = sources.get(path);
    if (withTypes.has(path) || text === undefined) return;
    withTypes.add(path);
    for (const { specifier } of importsOf(path, text)) if (isRelative(specifier)) walk(resolve(path, specifier));
  };
  for (const entry of entries) walk(entry);
  return inside(sources, root)
    .map(([path]) => path)
    .filter((path) => !withTypes.has(path))
    .map((path) => `${path} is reached from no entry`);
};

/** Files over the limit, unless a reason is on record; and reasons that are no longer needed. */
export function tooLong(sources: Sources, limit: number, allowed: Readonly<Record<string, string>>): string[] {
  const long = new Set([...sources].filter(([, text]) => lines(text) > limit).map(([path]) => path));
  return [
    ...[...long]
      .filter((path) => !allowed[path]?.trim())
      .map((path) => `${path} has ${lines(sources.get(path) ?? '')} lines`),
    ...Object.keys(allowed)
      .filter((path) => !long.has(path))
      .map((path) => `${path} no longer needs its exception`),
  ];
}

const lines = (text: string): number => text.replace(/\n$/, '').split('\n').length;

/** No `any`, no `console`, no default export, no enum, no note of work left undone. `mayPrint`: files that are a command. */
export const bannedWords = (sources: Sources, mayPrint: readonly string[] = []): string[] =>
  [...sources].flatMap(([path, text]) => {
    const found: string[] = [];
    const file = parse(path, text);
    const say = (node: ts.Node, what: string) => {
      found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`);
    };
    visit(file, (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) say(node, 'any');
      if (ts.isEnumDeclaration(node)) say(node, 'enum');
      if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
        if (!ts.isDefaultClause(node)) say(node, 'default export');
      }
      if (ts.isIdentifier(node) && node.text === 'console' && !mayPrint.includes(path)) say(node, 'console');
    });
    for (const [n, line] of text.split('\n').entries()) {
      if (/\b(TODO|FIXME|XXX|HACK)\b/.test(line)) found.push(`${path}:${n + 1} note of work left undone`);
      if (/@ts-(ignore|nocheck|expect-error)|eslint-disable/.test(line)) found.push(`${path}:${n + 1} silenced check`);
    }
    return found;
  });

/** File names are kebab-case and none is a place for whatever fits nowhere else. */
export const badNames = (sources: Sources): string[] =>
  [...sources.keys()].filter(
    (path) =>
      !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/.test(path.split('/').at(-1) ?? '') ||
      /(^|[/-])(utils?|helpers?|managers?|misc|common)([/.-]|$)/.test(path),
  );

const inside = (sources: Sources, root: string): [string, string][] =>
  [...sources].filter(([path]) => path.startsWith(root));
