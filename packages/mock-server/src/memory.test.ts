import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/*
 * Kind: something is remembered for each request, bounded by how many there are and not by how large they are, so that whoever
 * sends large ones fills the server's memory.
 */

const script = fileURLToPath(new URL('./testing/heap-after-requests.ts', import.meta.url));

/** Sends 4,000 requests of 16 KB each to a server in a process of its own; returns by how many bytes its heap has grown. */
async function growthBy(kind: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--no-warnings', script, kind]);
  return Number(stdout);
}

it.each([
  ['paths', 'long paths'],
  ['queries', 'short paths with a long query'],
  ['paths-of-one-kind', 'paths that only differ at their end'],
  ['methods', 'methods of many letters'],
  ['addresses', 'what a proxy says of the client'],
  ['ipv6-addresses', 'what looks like an IPv6 address'],
  ['unknown-tokens', 'unknown tokens'],
  ['logins', 'logins with long names of a device and a client'],
  ['failed-logins', 'names of users who do not exist'],
  ['refreshes', 'refreshes in bodies full of other things'],
  ['origins', 'origins'],
])(
  '%s leave no more than what the server has to know of them (OX12)',
  async (kind) => {
    // What stays of each, in all limits and lists together, is a few kilobytes at the most; all of it would be 64 MB.
    expect(await growthBy(kind)).toBeLessThan(20_000_000);
  },
  60_000,
);
