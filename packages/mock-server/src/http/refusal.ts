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

/** RFC 6750 §3: without credentials the challenge names no error. */
export const unauthorized = (error: string | null, parameters = ''): Refusal => {
  const challenge =
    error === null ? 'Bearer realm="latchkey"' : `Bearer realm="latchkey", error="${error}"${parameters}`;
  return new Refusal(401, error ?? 'unauthorized', 'A valid access token is needed.', {
    headers: { 'www-authenticate': challenge },
  });
};
