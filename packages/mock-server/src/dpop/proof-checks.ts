import type { JWK } from 'jose';
import { minute, second } from '../clock/duration.ts';
import { isCanonical } from '../tokens/canonical.ts';
import { equalDigests } from '../tokens/digest.ts';
import { targetUri } from './target-uri.ts';

/** A proof as it was sent, its signature not looked at yet. */
export interface ReadProof {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What a proof has to be about. */
export interface ProofExpectation {
  readonly method: string;
  readonly url: string;
  readonly now: number;
  /** The nonces that are good now; null where none is asked for. */
  readonly nonces: readonly string[] | null;
  /** Base64url SHA-256 of the access token the proof comes with; null where there is none. */
  readonly accessTokenHash: string | null;
}

/** What can be wrong with a proof. */
export type ProofFlaw =
  | 'form'
  | 'typ'
  | 'alg'
  | 'crit'
  | 'jwk'
  | 'private-jwk'
  | 'signature'
  | 'htm'
  | 'htu'
  | 'iat'
  | 'jti'
  | 'nonce'
  | 'ath'
  | 'replayed';

/** The algorithms a proof may be signed with. */
export const proofAlgorithms: readonly string[] = ['ES256'];

/** How far back a proof may have been made, and how far ahead of the server's clock. */
const oldest = minute;
const leeway = 5 * second;

/** How long a proof can be good for after it was first seen, counted generously: clocks tick in seconds here. */
export const proofLifetime: number = oldest + leeway + second;

type Check<Subject extends unknown[]> = readonly [flaw: ProofFlaw, passes: (...subject: Subject) => boolean];

/** RFC 9449 §4.3, items 3 to 5 and 7: what can be told from the header alone. */
export const headerChecks: readonly Check<[ReadProof['header']]>[] = [
  ['typ', ({ typ }) => typ === 'dpop+jwt'],
  ['alg', ({ alg }) => typeof alg === 'string' && proofAlgorithms.includes(alg)],
  // An extension that must be understood is one this server does not.
  ['crit', ({ crit }) => crit === undefined],
  ['private-jwk', ({ jwk }) => !isObject(jwk) || privateMembers.every((member) => !(member in jwk))],
  ['jwk', ({ jwk }) => isObject(jwk) && jwk['kty'] === 'EC' && jwk['crv'] === 'P-256' && hasCoordinates(jwk)],
];

/** RFC 9449 §4.3, items 8 to 12: what the signed claims must say. A signature is to be checked before them. */
export const claimChecks: readonly Check<[ReadProof['claims'], ProofExpectation]>[] = [
  ['htm', ({ htm }, { method }) => htm === method],
  [
    'htu',
    ({ htu }, { url }) => typeof htu === 'string' && targetUri(htu) !== null && targetUri(htu) === targetUri(url),
  ],
  ['iat', ({ iat }, { now }) => typeof iat === 'number' && isRecent(iat * second, now)],
  // 96 random bits are 16 characters of base64url, and more of anything else.
  ['jti', ({ jti }) => typeof jti === 'string' && jti.length >= 16 && jti.length <= 256],
  ['ath', ({ ath }, { accessTokenHash }) => accessTokenHash === null || ath === accessTokenHash],
  // Last, so that a client that is asked for a nonce knows that nothing else is missing.
  ['nonce', ({ nonce }, { nonces }) => nonces === null || (typeof nonce === 'string' && isOneOf(nonces, nonce))],
];

/** Returns the flaw of the first check that fails; null when all pass. */
export function firstFlaw<Subject extends unknown[]>(
  checks: readonly Check<Subject>[],
  ...subject: Subject
): ProofFlaw | null {
  return checks.find(([, passes]) => !passes(...subject))?.[0] ?? null;
}

/** The part of a key that makes its thumbprint, and nothing else it may have brought along. */
export const publicPart = ({ kty, crv, x, y }: JWK): JWK => ({ kty, crv, x, y }) as JWK;

const privateMembers: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** In their one spelling, because each spelling of a key would have a thumbprint of its own. */
const hasCoordinates = ({ x, y }: Record<string, unknown>): boolean =>
  [x, y].every((part) => typeof part === 'string' && part.length === 43 && isCanonical(part));

function isRecent(issuedAt: number, now: number): boolean {
  const age = Math.floor(now / second) * second - issuedAt;
  return age <= oldest && age >= -leeway;
}

const isOneOf = (nonces: readonly string[], nonce: string): boolean =>
  nonces.map((accepted) => equalDigests(accepted, nonce)).includes(true);
