import type { ConformanceRule } from './options.ts';
import type { Probe } from './probe.ts';

/** What a rule needs beyond a server and a user. */
export type Need = ConformanceRule['needs'][number];

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly level: 'MUST' | 'SHOULD';
  /** Anchor in docs/protocol.md. */
  readonly section: string;
  readonly why: string;
  readonly needs?: readonly Need[];
  /** Rules this one builds on: when one of them is broken, nothing can be said about this one. */
  readonly after?: readonly string[];
  /** @throws Violation when the promise is broken, Unchecked when that cannot be found out. */
  check(probe: Probe): Promise<void>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}
