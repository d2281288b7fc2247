/** What a session remembers of its device, shown to its owner only: coarse on purpose, and never a reason to let anyone in. */

const families: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** `'Firefox on Linux'`; null for what is no browser we know. */
export function coarseUserAgent(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const named = (list: typeof families) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = named(families);
  if (browser === undefined) return null;
  const system = named(systems);
  return system === undefined ? browser : `${browser} on ${system}`;
}

/** The first three numbers of an IPv4 address, the first three groups of an IPv6 address. */
export function ipPrefix(address: string | undefined): string | null {
  if (address === undefined) return null;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const v4 = /^(\d+\.\d+\.\d+)\.\d+$/.exec(mapped)?.[1];
  if (v4 !== undefined) return `${v4}.0/24`;
  if (!mapped.includes(':')) return null;
  return `${mapped.split('::')[0]?.split(':').slice(0, 3).join(':')}::/48`;
}
