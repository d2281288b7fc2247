import type { DeviceProof } from './device-proof.ts';
import { proofLifetime } from './proof-checks.ts';

/** Which proofs have been used: none is good twice (RFC 9449 §11.1). */
export interface SeenProofs {
  /** Notes a proof as used. Returns false if it already was. */
  claim(proof: Pick<DeviceProof, 'deviceKey' | 'id'>, now: number): boolean;
  clear(): void;
}

/** More than are made in the time they are remembered for; a flood beyond it makes the oldest forgotten. */
const mostProofs = 100_000;

export function createSeenProofs(): SeenProofs {
  /** When each was seen, oldest first. */
  const seen = new Map<string, number>();

  function forgetOld(now: number): void {
    for (const [name, at] of seen) {
      if (now - at <= proofLifetime && seen.size < mostProofs) return;
      seen.delete(name);
    }
  }

  return {
    claim({ deviceKey, id }, now) {
      forgetOld(now);
      const name = `${deviceKey} ${id}`;
      if (seen.has(name)) return false;
      seen.set(name, now);
      return true;
    },
    clear: () => seen.clear(),
  };
}
