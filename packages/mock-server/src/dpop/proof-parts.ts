import type { Nonces } from './nonces.ts';
import type { SeenProofs } from './seen-proofs.ts';

/** What proofs are checked with. */
export interface ProofParts {
  readonly seenProofs: SeenProofs;
  /** Null where the policy asks for none. */
  readonly nonces: Nonces | null;
}
