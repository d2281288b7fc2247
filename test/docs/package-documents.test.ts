import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const repository = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, repository), 'utf8');

/** Everything that can be imported, as the reports of the public surface have it. */
const surfaceOf = (name: string): string =>
  readdirSync(new URL(`packages/${name}/api/`, repository))
    .map((file) => read(`packages/${name}/api/${file}`))
    .join('\n');

describe.each(['client', 'mock-server'])('the README of @latchkey/%s', (name) => {
  const readme = read(`packages/${name}/README.md`);
  const manifest = JSON.parse(read(`packages/${name}/package.json`)) as {
    name: string;
    exports: Record<string, unknown>;
    unpkg: string;
    bin?: Record<string, string>;
  };

  it('has a whole example by its line 25', () => {
    expect(readme.split('\n').slice(0, 25).join('\n')).toMatch(/^```ts\n[\s\S]*create\w+\([\s\S]*\n```$/m);
  });

  it('lists everything that can be imported, and nothing else', () => {
    const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
    const wanted = entries.map((entry) => manifest.name + entry.slice(1));
    const listed = [...readme.matchAll(/^\| `(@latchkey\/[\w/-]+)`/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(wanted.sort());
    expect(readme).toContain(`${manifest.unpkg.split('/').at(-1)}\``);
  });

  it('names a command only if there is one', () => {
    const commands = [...readme.matchAll(/^npx ([\w-]+)/gm)].map((match) => match[1]);
    expect(Object.keys(manifest.bin ?? {})).toEqual(commands);
  });
});

describe('the changelog', () => {
  const [, ...chapters] = read('CHANGELOG.md').split(/^### `@latchkey\//m);

  it.each(chapters.map((chapter) => chapter.split('`')[0] ?? ''))(
    'names of @latchkey/%s only what there is',
    (name) => {
      const chapter = chapters.find((candidate) => candidate.startsWith(`${name}\``)) ?? '';
      const surface = surfaceOf(name);
      const words = [...chapter.slice(name.length + 1).matchAll(/`([^`]+)`/g)]
        .flatMap((match) => (match[1] ?? '').match(/[A-Za-z][\w-]*/g) ?? [])
        .filter((word) => !elsewhere.includes(word));
      expect(words.length).toBeGreaterThan(30);
      expect(words.filter((word) => !new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(surface))).toEqual([]);
    },
  );
});

/** What is found on the wire, in the browser or on the command line, and in no declaration. */
const elsewhere: readonly string[] = [
  ...[
    'localStorage',
    'sessionStorage',
    'core',
    'devtools',
    'dist',
    'dpop',
    'iife',
    'latchkey-devtools',
    'live',
    'svelte',
    'header',
    'name',
  ],
  ...[
    'client_id',
    'device_label',
    'logout_ticket',
    'auth',
    'logout-all',
    'keep_current',
    'true',
    'latchkey-mock-server',
    'clock-endpoint',
  ],
  // The name of an entry.
  'conformance',
];
