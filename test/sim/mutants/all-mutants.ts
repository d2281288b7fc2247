import type { Mutant } from './mutant.ts';
import { refreshMutants } from './refresh-mutants.ts';
import { requestMutants, sessionMutants } from './session-mutants.ts';

export const allMutants: readonly Mutant[] = [...refreshMutants, ...sessionMutants, ...requestMutants];
