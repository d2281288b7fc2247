import type { Bundle } from './bundles.ts';
import type { BenchEngine, BenchOptions } from './options.ts';
import type { AcrossResult } from './tasks/across.ts';
import type { FreshTimes } from './tasks/fresh.ts';
import type { Growth } from './tasks/growth.ts';
import type { measureStart } from './tasks/start.ts';
import type { Ideal, StormResult } from './tasks/storm.ts';

/** What one browser gave. */
export interface EngineResults {
  readonly engine: BenchEngine;
  readonly version: string;
  fresh?: FreshTimes;
  storms?: readonly StormResult[];
  ideals?: readonly Ideal[];
  across?: readonly AcrossResult[];
  start?: Awaited<ReturnType<typeof measureStart>>;
  growth?: Growth;
}

export interface Results {
  readonly options: BenchOptions;
  readonly bundles: readonly Bundle[];
  readonly engines: readonly EngineResults[];
  /** Contenders that could not do a task, and what they said. */
  readonly failures: readonly string[];
}
