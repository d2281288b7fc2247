import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { documents as allDocuments } from '../docs/documents.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

const documents = allDocuments();

interface Example {
  readonly title: string;
  readonly code: string;
  readonly language: string;
  /** What other examples import it as. */
  readonly file: string | undefined;
  /** The fence says so: ```ts run */
  readonly runs: boolean;
}

const examples: Example[] = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/(?:^<!-- file: \S*\/([\w.-]+)\.tsx? -->\n\n)?^```(tsx?)( run)?\n([\s\S]*?)^```$/gm)].map(
    (match) => ({
      title: `${path}:${text.slice(0, match.index).split('\n').length}`,
      file: match[1],
      language: match[2] ?? 'ts',
      runs: match[3] !== undefined,
      code: match[4] ?? '',
    }),
  ),
);

test('the README has a whole example by its line 25', () => {
  const readme = documents.find(({ path }) => path === 'README.md')?.text ?? '';
  const opening = readme.split('\n').slice(0, 25).join('\n');
  expect(opening).toMatch(/^```ts\n[\s\S]*createAuthClient\([\s\S]*\.login\([\s\S]*\.logout\(\)[\s\S]*\n```$/m);
});

test('every example in the documents type-checks against the packed packages', async () => {
  expect(examples.length).toBeGreaterThanOrEqual(2);
  const folder = join(inject('consumer'), 'examples');
  await mkdir(folder, { recursive: true });
  // What applications have installed beside the packages.
  for (const name of readdirSync(join(repository, 'test/node_modules')).filter(
    (name) => !/^[.]|^@latchkey/.test(name),
  )) {
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    await symlink(join(repository, 'test/node_modules', name), join(folder, 'node_modules', name));
  }
  for (const [n, { code, file, language }] of examples.entries())
    await writeFile(join(folder, `${file ?? `example-${n}`}.${language}`), `${code}\nexport {};\n`);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: ['es2023', 'dom', 'dom.iterable'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noPropertyAccessFromIndexSignature: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: true,
        jsx: 'react-jsx',
        types: [],
        noEmit: true,
      },
      include: ['*.ts', '*.tsx'],
    }),
  );
  const tsc = join(repository, 'node_modules/.bin/tsc');
  const { stdout } = await run(tsc, ['-p', folder, '--pretty', 'false']).catch((error: { stdout: string }) => error);
  expect(stdout.replace(/\S*example-(\d+)\.tsx?/g, (_path, n: string) => examples[Number(n)]?.title ?? '')).toBe('');
});

test.each(examples.filter(({ runs }) => runs))(
  'the example at $title prints what its comments say',
  async ({ title, code }) => {
    const file = join(inject('consumer'), `${title.replace(/\W+/g, '-')}.ts`);
    await writeFile(file, code);
    const { stdout } = await run(process.execPath, [file], { timeout: 20_000 });
    const promised = [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]);
    expect(stdout.trim().split('\n')).toEqual(promised);
  },
);

test.each(documents)('the links in $path lead somewhere', ({ path, text }) => {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  const targets = [...prose.matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? '');
  const missing = targets.filter((target) => !existsSync(join(repository, dirname(path), target)));
  expect(missing).toEqual([]);
});
