/** A request that is refused: what to answer, in the terms of RFC 6749 §5.2. Shaped for the endpoint by `answerRefusal`. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly status: number;
  readonly error: string;
  readonly members: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    error: string,
    description: string,
    extras: { members?: Readonly<Record<string, string>>; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(description);
    this.status = status;
    this.error = error;
    this.members = extras.members ?? {};
    this.headers = extras.headers ?? {};
  }

  /** The same refusal with further headers. */
  with(headers: Readonly<Record<string, string>>): Refusal {
    const { status, error, message, members } = this;
    return new Refusal(status, error, message, { members, headers: { ...this.headers, ...headers } });
  }
}

export const invalidRequest = (description: string): Refusal => new Refusal(400, 'invalid_request', description);

/** The reason is what the client needs to tell a passed window from an ended session; it never says what the thief would like to know. */
export const invalidGrant = (reason: 'expired' | 'revoked' | 'invalid' | 'pair_mismatch'): Refusal =>
  new Refusal(400, 'invalid_grant', 'The refresh token cannot be used.', { members: { reason } });

export const tooManyRequests = (retryAfter: number): Refusal =>
  new Refusal(429, 'temporarily_unavailable', 'Too many requests.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfter / 1_000))) },
  });

export const unavailable = (description: string): Refusal =>
  new Refusal(503, 'temporarily_unavailable', description, { headers: { 'retry-after': '1' } });

const acceptsProofs = 'algs="ES256"';

/** RFC 6750 §3: without credentials the challenge names no error, and both schemes that are served (RFC 9449 §7.1). */
export const unauthorized = (error: string | null, parameters = ''): Refusal =>
  challenged(
    error ?? 'unauthorized',
    'A valid access token is needed.',
    error === null
      ? `Bearer realm="latchkey", DPoP ${acceptsProofs}`
      : `Bearer realm="latchkey", error="${error}"${parameters}`,
  );

/** A bound access token that came as a Bearer token (RFC 9449 §7.2). */
export const downgraded = (): Refusal =>
  challenged(
    'invalid_token',
    'The access token is bound to a key, and needs a proof by it.',
    `Bearer realm="latchkey", error="invalid_token", DPoP ${acceptsProofs}`,
  );

/** RFC 9449 §7.1. */
export const dpopUnauthorized = (
  error: string,
  description = 'A valid access token is needed.',
  parameters = '',
): Refusal => challenged(error, description, `DPoP error="${error}"${parameters}, ${acceptsProofs}`);

const challenged = (error: string, description: string, challenge: string): Refusal =>
  new Refusal(401, error, description, { headers: { 'www-authenticate': challenge } });
