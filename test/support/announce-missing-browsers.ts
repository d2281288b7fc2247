import { absentEngines, missing } from './browsers.ts';

/** Says once per run, loudly, which engines are not here; their tests are skipped, or fail with `CI=true`. */
export function setup(): void {
  const absent = absentEngines();
  if (absent.length > 0) process.stderr.write(`\n  ***  ${missing(absent)}  ***\n\n`);
}
