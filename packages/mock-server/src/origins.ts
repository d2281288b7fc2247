/** The origin of an address that is one, with or without a slash at its end, as browsers send it; null for anything else. */
export function originOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.host === '' || url.host.includes('*')) return null;
  // The URL standard knows no origin of `capacitor://localhost` and the like; browsers send them all the same.
  const origin = url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
  return url.href === origin || url.href === `${origin}/` ? origin : null;
}

/** @throws RangeError for what no browser sends: it would match nothing, and nobody would know why. */
export function allowedOrigin(text: string): string {
  // Sandboxed frames and pages from files send this.
  const origin = text === 'null' ? text : originOf(text);
  if (origin !== null) return origin;
  throw new RangeError(`allowedOrigins must be origins such as https://app.example, each by name, not "${text}".`);
}
