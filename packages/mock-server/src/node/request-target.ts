/**
 * What keeps a request target from being one in origin-form (RFC 9112 §3.2.1); null when it is one. A target that a link would
 * read as another path, host or file is refused rather than read: whatever stands before the server may have read it differently.
 */
export function targetFlaw(target: string): string | null {
  if (!target.startsWith('/')) return 'It must begin with a slash and name no host.';
  if (target.startsWith('//')) return 'It must not begin with two slashes.';
  if (!/^[!-~]*$/.test(target) || target.includes('#')) return 'It has characters that must be percent-encoded.';
  const path = target.split('?', 1)[0] ?? '';
  const url = `http://localhost${path}`;
  if (!URL.canParse(url) || new URL(url).pathname !== path) {
    return 'Its path has dot segments, backslashes, or characters that must be percent-encoded.';
  }
  return null;
}

const hostForm = /^(?:[A-Za-z0-9\-._~]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;

/** What keeps the `Host` headers of a request from naming one host (RFC 9112 §3.2); null when they do, or need not. */
export function hostFlaw(hosts: readonly string[], httpVersion: string): string | null {
  // Node refuses HTTP/1.1 without one itself; HTTP/1.0 knows none.
  if (hosts.length === 0 && httpVersion === '1.0') return null;
  const [host = ''] = hosts;
  if (hosts.length !== 1) return 'There must be one Host header.';
  return hostForm.test(host) && URL.canParse(`http://${host}`) ? null : 'The Host header names no host.';
}
