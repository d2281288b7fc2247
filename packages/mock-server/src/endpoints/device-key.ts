import { second } from '../clock/duration.ts';
import { type DeviceProof, verifyDeviceProof } from '../dpop/device-proof.ts';
import type { ProofFlaw } from '../dpop/proof-checks.ts';
import type { ProofParts } from '../dpop/proof-parts.ts';
import { Refusal, tooManyRequests } from '../http/refusal.ts';
import { digest } from '../tokens/digest.ts';
import type { EndpointHandler, Exchange } from './endpoint.ts';

/** How an endpoint refuses: the auth server with 400 (RFC 9449 §5), a protected resource with a challenge (§7.1). */
type Refuse = (error: 'invalid_dpop_proof' | 'use_dpop_nonce', description: string) => Refusal;

export const badRequest: Refuse = (error, description) => new Refusal(400, error, description);

/** The proof in the request's `DPoP` header, checked for what it is to be about. */
export async function readProof(
  { nonces }: ProofParts,
  { request, url, now }: Pick<Exchange, 'request' | 'url' | 'now'>,
  { accessToken, refuse }: { accessToken: string | null; refuse: Refuse },
): Promise<DeviceProof> {
  const proof = await verifyDeviceProof(request.headers.get('dpop') ?? '', {
    method: request.method,
    url: url.href,
    now,
    nonces: nonces === null ? null : await nonces.accepted(now),
    accessTokenHash: accessToken === null ? null : await digest(accessToken),
  });
  if (proof.kind === 'flawed-proof') throw refuseFor(proof.flaw, refuse);
  return proof;
}

/** The proof that comes with a login or a refresh; null when none does. */
export const presentedProof = async (parts: ProofParts, exchange: Exchange): Promise<DeviceProof | null> =>
  exchange.request.headers.has('dpop') ? readProof(parts, exchange, { accessToken: null, refuse: badRequest }) : null;

/** Uses a proof up, right before that for which it came. */
export function spendProof({ seenProofs }: ProofParts, proof: DeviceProof, now: number, refuse: Refuse): void {
  const claimed = seenProofs.claim(proof, now);
  if (claimed === 'used') throw refuseFor('replayed', refuse);
  if (claimed === 'no-room') throw tooManyRequests(second);
}

/** Tells whoever sends proofs the nonce for the next one, whether the answer is a success or a refusal (RFC 9449 §8.2). */
export const givingNonces =
  ({ nonces }: ProofParts, handle: EndpointHandler): EndpointHandler =>
  async (exchange) => {
    if (nonces === null || !exchange.request.headers.has('dpop')) return handle(exchange);
    const headers = { 'dpop-nonce': await nonces.fresh(exchange.now) };
    try {
      const response = await handle(exchange);
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    } catch (failure) {
      throw failure instanceof Refusal ? failure.with(headers) : failure;
    }
  };

const refuseFor = (flaw: ProofFlaw, refuse: Refuse): Refusal =>
  refuse(
    flaw === 'nonce' ? 'use_dpop_nonce' : 'invalid_dpop_proof',
    `The DPoP proof is not acceptable: ${flawNames[flaw]}.`,
  );

const flawNames: Readonly<Record<ProofFlaw, string>> = {
  form: 'there must be one, and it must be a JWT',
  typ: 'its typ is not dpop+jwt',
  alg: 'its alg is not ES256',
  crit: 'it has extensions',
  jwk: 'its jwk is no P-256 key',
  'private-jwk': 'its jwk is a private key',
  signature: 'its signature is wrong',
  htm: 'it is for another method',
  htu: 'it is for another address',
  iat: 'it is too old, or from the future',
  jti: 'its jti is missing, too short or too long',
  nonce: 'its nonce is missing or too old',
  ath: 'it is for another access token',
  replayed: 'it was used before',
};
