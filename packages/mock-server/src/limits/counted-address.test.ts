import { expect, it } from 'vitest';
import { countedAddress, networksAround } from './counted-address.ts';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::5', '2001:db8:1:2::/64'],
  ['2001:db8::5', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:9::', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('limits count %s as %s', (address, counted) => {
  expect(countedAddress(address)).toBe(counted);
});

it.each([
  ['::ffff:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1%eth0', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2::192.0.2.1', '2001:db8:1:2::/64'],
  ['unknown', 'unknown'],
])('however it is written, %s counts as %s (OX6)', (address, counted) => {
  expect(countedAddress(address)).toBe(counted);
});

it.each([
  ['192.0.2.1', ['192.0.2.0/24']],
  ['2001:db8:1:2ff::/64', ['2001:db8:1:200::/56', '2001:db8:1::/48']],
  ['0:0:0:0::/64', ['0:0:0:0::/56', '0:0:0::/48']],
  ['unknown', []],
])('%s lies in %j (OX6)', (counted, around) => {
  expect(networksAround(counted)).toEqual({ around, share: around.at(-1) ?? counted });
});
