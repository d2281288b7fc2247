/**
 * What limits count for an address. Whoever has one IPv6 address has all that begin with the same 64 bits, so those count as one;
 * an IPv4 address counts as itself, also where IPv6 is wrapped around it.
 */
export function countedAddress(address: string): string {
  const plain = (address.split('%')[0] ?? '').toLowerCase();
  const wrapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (wrapped !== undefined || !plain.includes(':')) return wrapped ?? plain;
  const [head = '', tail] = plain.split('::');
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
