import { Refusal } from './refusal.ts';

/** The longest value of a header, in bytes. Node's own limit for all headers of a request is the same. */
export const longestValue: number = 16 * 1_024;

/** All names and values together: more than any browser sends, cookies of other applications on the host included. */
const longestHead = 64 * 1_024;

const longestAddress = 16 * 1_024;

/**
 * Looks at lengths before anything looks at contents, on every mount: not each has a limit of its own.
 *
 * @throws Refusal (RFC 6585 §5, RFC 9110 §15.5.15).
 */
export function refuseLongHead({ headers, url }: Request): void {
  if (url.length > longestAddress) {
    throw new Refusal(414, 'invalid_request', `The address is longer than ${longestAddress} bytes.`);
  }
  let total = 0;
  for (const [name, value] of headers) {
    total += name.length + value.length;
    if (value.length > longestValue) {
      const shortName = name.slice(0, 64);
      throw new Refusal(431, 'invalid_request', `The header ${shortName} is longer than ${longestValue} bytes.`);
    }
  }
  if (total > longestHead) {
    throw new Refusal(431, 'invalid_request', `The headers are longer than ${longestHead} bytes together.`);
  }
}
