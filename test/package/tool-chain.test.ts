import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const read = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

test('the scripts run on the Node that is pinned, whichever one started them', async () => {
  const { optionalDependencies } = JSON.parse(await read('package.json')) as {
    optionalDependencies: Record<string, string>;
  };
  expect(optionalDependencies).toHaveProperty([
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  ]);
  expect(process.versions.node.split('.')[0]).toBe('24');
});

test('the two commands of the README are all that CI needs', async () => {
  const commands = [...(await read('README.md')).matchAll(/^npx -y pnpm@12 (\w+)/gm)].map((match) => match[1]);
  expect(commands).toEqual(['demo', 'test']);
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  for (const command of commands) expect(scripts).toHaveProperty([command ?? '']);
  expect(await read('.ci/run')).toMatch(/^npx -y pnpm@12 test$/m);
});
