import { writeSync } from 'node:fs';
import { sqliteStore } from '../store/sqlite/sqlite-store.ts';
import { refresh } from './rows.ts';

/** Rotates `family-1` in the file until it has so many generations. Says each one as soon as the store has promised it. */
const [file = '', target = '0'] = process.argv.slice(2);
const store = sqliteStore({ file });
const family = await store.find('family-1');
for (let generation = family?.generation ?? 0; generation < Number(target); ) {
  const rule = refresh(`hash-${generation + 1}`, { keyHash: `key-${generation}` });
  const { type } = await store.decide({ tokenHash: `hash-${generation}` }, rule);
  if (type !== 'rotated') throw new Error(`Generation ${generation} is ${type}.`);
  generation += 1;
  writeSync(1, `${generation}\n`);
}
