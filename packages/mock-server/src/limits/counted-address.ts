/** What limits count for an address, from the narrowest to the widest. */
export interface CountedNetworks {
  /** Networks around the address, each of which one party may have all of. */
  readonly around: readonly string[];
  /** The widest of them, or the address itself: whose share of something it takes. */
  readonly share: string;
}

/**
 * What limits count for an address. Whoever has one IPv6 address has all that begin with the same 64 bits, so those count as one;
 * an IPv4 address counts as itself, also where IPv6 is wrapped around it.
 */
export function countedAddress(address: string): string {
  const plain = (address.split('%')[0] ?? '').toLowerCase();
  if (!plain.includes(':')) return plain;
  const groups = groupsOf(plain);
  return ipv4Within(groups) ?? prefix(groups, 64);
}

/** The networks around an address as `countedAddress` gives it: providers hand out a /56 or a /48, and IPv4 by the /24. */
export function networksAround(counted: string): CountedNetworks {
  const [, three] = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(counted) ?? [];
  if (three !== undefined) return { around: [`${three}.0/24`], share: `${three}.0/24` };
  if (!counted.endsWith('::/64')) return { around: [], share: counted };
  const groups = groupsOf(counted.slice(0, -'/64'.length));
  const wide = prefix(groups, 48);
  return { around: [prefix(groups, 56), wide], share: wide };
}

/** The eight groups of an IPv6 address as numbers; what is none is zero. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = withoutDots(address).split('::');
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 8);
  return Array.from({ length: 8 }, (_, index) => (Number.parseInt(groups[index] ?? '0', 16) || 0) & 0xffff);
}

/** The last two groups may be written like an IPv4 address. */
function withoutDots(address: string): string {
  const [dotted, a, b, c, d] = /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address) ?? [];
  if (dotted === undefined) return address;
  const group = (high = '0', low = '0') => (Number(high) * 256 + Number(low)).toString(16);
  return `${address.slice(0, -dotted.length)}${group(a, b)}:${group(c, d)}`;
}

/** Where IPv4 is wrapped (`::ffff:0:0/96`) or translated (`64:ff9b::/96`); null elsewhere. */
function ipv4Within(groups: readonly number[]): string | null {
  const start = groups.slice(0, 6).join();
  if (start !== '0,0,0,0,0,65535' && start !== '100,65435,0,0,0,0') return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

function prefix(groups: readonly number[], bits: 48 | 56 | 64): string {
  const kept = groups
    .slice(0, Math.ceil(bits / 16))
    .map((group, index) => (bits === 56 && index === 3 ? group & 0xff00 : group));
  return `${kept.map((group) => group.toString(16)).join(':')}::/${bits}`;
}
