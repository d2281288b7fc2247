/**
 * The client's address, where every request comes through so many proxies: each writes at the end of `X-Forwarded-For` from whom
 * it has the request. What stands before those entries the client may have made up. Null when there are fewer.
 */
export function forwardedFor(header: string | undefined, proxies: number): string | null {
  const entries = (header ?? '').split(',').map((entry) => entry.trim());
  const entry = proxies > 0 ? entries.at(-proxies) : undefined;
  // Some proxies write the port, too.
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/.exec(entry ?? '') ?? [];
  return (bracketed ?? plain ?? entry) || null;
}
