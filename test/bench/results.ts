import type { Bundle, ContenderName, partsOfCore } from './bundles.ts';
import type { BenchEngine, BenchOptions } from './options.ts';
import type { Across } from './tasks/across.ts';
import type { FreshResults } from './tasks/fresh.ts';
import type { Growth } from './tasks/growth.ts';
import type { Start } from './tasks/start.ts';
import type { Storm } from './tasks/storm.ts';

/** What one browser gave. */
export interface EngineResults {
  readonly engine: BenchEngine;
  readonly version: string;
  fresh?: FreshResults;
  storm?: readonly Storm[];
  across?: readonly Across[];
  start?: Partial<Record<ContenderName, Start>>;
  growth?: Growth;
}

export interface Results {
  readonly options: BenchOptions;
  /** The share of the time for which the processors were busy before the run began. */
  readonly busy: number;
  readonly bundles: readonly Bundle[];
  /** Minified bytes of the core by where they come from. */
  readonly parts: Awaited<ReturnType<typeof partsOfCore>>;
  readonly engines: readonly EngineResults[];
  /** Contenders that could not do a task, and what they said. */
  readonly failures: readonly string[];
}
