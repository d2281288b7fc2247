import type { DeviceProof } from './device-proof.ts';
import { proofLifetime } from './proof-checks.ts';

type Claimed = Pick<DeviceProof, 'deviceKey' | 'id'>;

/** Which proofs have been used: none is good twice (RFC 9449 §11.1). */
export interface SeenProofs {
  /**
   * Notes a proof as used, unless it was used before or there is no room to remember it. What cannot be remembered could be used
   * again, so that it must not be taken; nothing that is remembered makes room.
   */
  claim(proof: Claimed, now: number): 'fresh' | 'used' | 'no-room';
  /** Forgets a proof that came with nothing anybody knows, so that such requests take up no room. */
  release(proof: Claimed): void;
  clear(): void;
}

/** For all keys together. */
const mostProofs = 100_000;

/** For one key, so that no client takes the room of the others: 150 a second for as long as each is remembered. */
const mostOfKey = 10_000;

const nameOf = ({ deviceKey, id }: Claimed): string => `${deviceKey} ${id}`;

export function createSeenProofs(): SeenProofs {
  /** When each was seen, oldest first. */
  const seen = new Map<string, { at: number; deviceKey: string }>();
  const ofKey = new Map<string, number>();

  function forget(name: string): void {
    const entry = seen.get(name);
    if (entry === undefined) return;
    seen.delete(name);
    const rest = (ofKey.get(entry.deviceKey) ?? 0) - 1;
    if (rest > 0) ofKey.set(entry.deviceKey, rest);
    else ofKey.delete(entry.deviceKey);
  }

  function forgetOld(now: number): void {
    for (const [name, { at }] of seen) {
      if (now - at <= proofLifetime) return;
      forget(name);
    }
  }

  return {
    claim(proof, now) {
      forgetOld(now);
      const { deviceKey } = proof;
      const name = nameOf(proof);
      if (seen.has(name)) return 'used';
      const count = ofKey.get(deviceKey) ?? 0;
      if (seen.size >= mostProofs || count >= mostOfKey) return 'no-room';
      seen.set(name, { at: now, deviceKey });
      ofKey.set(deviceKey, count + 1);
      return 'fresh';
    },
    release: (proof) => forget(nameOf(proof)),
    clear() {
      seen.clear();
      ofKey.clear();
    },
  };
}
