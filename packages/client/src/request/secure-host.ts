import { development } from '../development.ts';
import { ConfigurationError } from '../errors.ts';
import { warnOnce } from '../warn.ts';

/** As a URL writes them: it makes `127.0.0.1` of `127.1` and of `0x7f000001`, and `[::1]` of `[0:0:0:0:0:0:0:1]`. */
const loopback = /^(?:.+\.)?localhost\.?$|^127(?:\.\d+){3}$|^\[::1\]$/;

/**
 * Tokens and passwords travel over https, or to this very device (RFC 6750 §5.3, RFC 6761 §6.3, Secure Contexts §3.1).
 * @param insecureHosts where they may travel in the clear, too.
 * @throws ConfigurationError for any other URL.
 */
export function checkSecure(
  option: string,
  { protocol, hostname, origin }: URL,
  insecureHosts: readonly string[],
): void {
  if (protocol === 'https:' || loopback.test(hostname)) return;
  const isNamed = insecureHosts.some((host) => new URL(`http://${host}`).hostname === hostname);
  if (!isNamed) {
    throw new ConfigurationError(
      `\`${option}\` must be https; got ${origin}, which is not this device. See the option \`insecureHosts\`.` +
        (development ? ` Only while you develop, to try it with a phone, write insecureHosts: ['${hostname}'].` : ''),
    );
  }
  if (development) {
    warnOnce(
      `Passwords and tokens travel in the clear to ${origin}, where everybody on the way can read and keep them. ` +
        'Leave `insecureHosts` out of what you ship.',
    );
  }
}
