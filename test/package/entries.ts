import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Everything that can be imported from the packages, as a user writes it, read from the packed manifests. */
export const entries = (packageName?: string): string[] =>
  inject('packed')
    .filter(({ name }) => packageName === undefined || name === packageName)
    .flatMap(({ name }) => {
      const manifest = JSON.parse(
        readFileSync(join(inject('consumer'), 'node_modules', name, 'package.json'), 'utf8'),
      ) as { exports: Record<string, unknown> };
      return Object.keys(manifest.exports)
        .filter((path) => !path.endsWith('.json'))
        .map((path) => name + path.slice(1));
    });
