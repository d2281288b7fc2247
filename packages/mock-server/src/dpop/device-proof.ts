import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import { isCanonical, readObject } from '../tokens/canonical.ts';
import { digest } from '../tokens/digest.ts';
import {
  claimChecks,
  firstFlaw,
  headerChecks,
  type ProofExpectation,
  type ProofFlaw,
  proofAlgorithms,
  publicPart,
  type ReadProof,
} from './proof-checks.ts';

/** Whoever sent the request holds this key. Good once: what remembers that is `SeenProofs`. */
export interface DeviceProof {
  readonly kind: 'device-proof';
  /** RFC 7638 thumbprint of the public key. */
  readonly deviceKey: string;
  /** The digest of the proof's `jti`, which is as long as its sender likes. */
  readonly id: string;
}

export interface FlawedProof {
  readonly kind: 'flawed-proof';
  readonly flaw: ProofFlaw;
}

const longestProof = 4 * 1_024;

/**
 * Checks a `DPoP` header as RFC 9449 §4.3 says, all but whether it was used before.
 * Two headers arrive as one with a comma in it, which is the form of no JWT.
 */
export async function verifyDeviceProof(
  text: string,
  expectation: ProofExpectation,
): Promise<DeviceProof | FlawedProof> {
  const proof = readProof(text);
  if (proof === null) return flawed('form');
  const headerFlaw = firstFlaw(headerChecks, proof.header);
  if (headerFlaw !== null) return flawed(headerFlaw);
  const jwk = publicPart(proof.header['jwk'] as JWK);
  if (!(await isSignedBy(jwk, text))) return flawed('signature');
  const claimFlaw = firstFlaw(claimChecks, proof.claims, expectation);
  if (claimFlaw !== null) return flawed(claimFlaw);
  const [deviceKey, id] = await Promise.all([calculateJwkThumbprint(jwk), digest(proof.claims['jti'] as string)]);
  return { kind: 'device-proof', deviceKey, id };
}

export const flawed = (flaw: ProofFlaw): FlawedProof => ({ kind: 'flawed-proof', flaw });

function readProof(text: string): ReadProof | null {
  const segments = text.length <= longestProof ? text.split('.') : [];
  if (segments.length !== 3 || !segments.every(isCanonical)) return null;
  const [header, claims] = segments.map(readObject);
  return header && claims ? { header: header.value, claims: claims.value } : null;
}

async function isSignedBy(jwk: JWK, proof: string): Promise<boolean> {
  try {
    await compactVerify(proof, await importJWK(jwk, 'ES256'), { algorithms: [...proofAlgorithms] });
    return true;
  } catch {
    // A point that is not on the curve is as bad as a wrong signature.
    return false;
  }
}
