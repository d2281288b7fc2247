import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  Application,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
  type TypeDocOptions,
} from 'typedoc';
import { repository } from './pages.ts';

type WithMarkdown = TypeDocOptions & Readonly<Record<string, unknown>>;

/** The sources of a package's entries, in the order of its manifest, the main entry first. */
function entriesOf(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  return Object.keys(exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => `${folder}/src/${entry === '.' ? 'index' : entry.slice(2)}`)
    .map((path) => [`${path}.ts`, `${path}.tsx`].find((file) => existsSync(file)) ?? path);
}

/** A constructor of an error is nobody's to call, and what all of them inherit is told once. Where a member came from is no news. */
function leaveOutTheKnown(project: ProjectReflection): void {
  const all = project.getReflectionsByKind(ReflectionKind.All) as DeclarationReflection[];
  for (const reflection of all) {
    const ofClass = reflection.parent?.kindOf?.(ReflectionKind.Class) ?? false;
    if (ofClass && (reflection.kind === ReflectionKind.Constructor || reflection.inheritedFrom))
      project.removeReflection(reflection);
    delete reflection.inheritedFrom;
    delete reflection.overwrites;
  }
}

/** Writes what the docstrings of one package say to `docs/api/<name>`, a page per entry. */
async function describe(name: string): Promise<void> {
  const folder = join(repository, 'packages', name);
  const out = join(repository, 'docs/api', name);
  rmSync(out, { recursive: true, force: true });
  const options: WithMarkdown = {
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: out }],
    entryPoints: entriesOf(folder),
    tsconfig: join(folder, 'tsconfig.json'),
    name: `@latchkey/${name}`,
    readme: 'none',
    logLevel: 'Warn',
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    githubPages: false,
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    outputFileStrategy: 'modules',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    expandParameters: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'list',
    classPropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    propertyMembersFormat: 'table',
    tableColumnSettings: { hideInherited: true, hideOverrides: true, hideModifiers: true, hideSources: true },
    groupOrder: ['Functions', 'Interfaces', 'Type Aliases', 'Classes', 'Variables'],
    pageTitleTemplates: {
      module: ({ name: entry }: { name: string }) => `@latchkey/${name}${entry === 'index' ? '' : `/${entry}`}`,
    },
  };
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (!project) throw new Error(`The sources of ${name} cannot be read`);
  leaveOutTheKnown(project);
  app.validate(project);
  await app.generateOutputs(project);
  // A list of the entries, which the sidebar is already.
  rmSync(join(out, 'README.md'));
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error(`The reference of ${name} is not whole`);
}

for (const name of ['client', 'mock-server']) await describe(name);
