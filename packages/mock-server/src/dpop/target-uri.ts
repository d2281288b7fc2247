/** Characters that mean the same with and without percent-encoding (RFC 3986 §2.3). */
const unreserved = /[A-Za-z0-9\-._~]/;

/**
 * The address a proof is for, in the one form in which two spellings of it are equal: scheme and host in lower case, no default
 * port, no dot segments, percent-encoding as RFC 3986 §6.2.2 has it; no query and no fragment (RFC 9449 §4.3). Null for what is
 * no address of a web server.
 */
export function targetUri(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  return `${url.origin}${url.pathname.replace(/%[0-9a-f]{2}/gi, plain)}`;
}

function plain(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return unreserved.test(character) ? character : encoded.toUpperCase();
}
