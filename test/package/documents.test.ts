import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

const documents = [
  ...['.', 'packages/client', 'packages/mock-server'].flatMap((folder) =>
    readdirSync(join(repository, folder)).map((name) => join(folder, name)),
  ),
  ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
]
  // The reference is made of docstrings: their examples are fragments.
  .filter((path) => path.endsWith('.md') && !path.includes('node_modules') && !path.startsWith(join('docs', 'api')))
  .map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));

interface Example {
  readonly title: string;
  readonly code: string;
  /** The fence says so: ```ts run */
  readonly runs: boolean;
}

const examples: Example[] = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/^```ts( run)?\n([\s\S]*?)^```$/gm)].map((match) => ({
    title: `${path}:${text.slice(0, match.index).split('\n').length}`,
    runs: match[1] !== undefined,
    code: match[2] ?? '',
  })),
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
  for (const [n, { code }] of examples.entries())
    await writeFile(join(folder, `example-${n}.ts`), `${code}\nexport {};\n`);
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
        types: [],
        noEmit: true,
      },
      include: ['*.ts'],
    }),
  );
  const tsc = join(repository, 'node_modules/.bin/tsc');
  const { stdout } = await run(tsc, ['-p', folder, '--pretty', 'false']).catch((error: { stdout: string }) => error);
  expect(stdout.replace(/\S*example-(\d+)\.ts/g, (_path, n: string) => examples[Number(n)]?.title ?? '')).toBe('');
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
