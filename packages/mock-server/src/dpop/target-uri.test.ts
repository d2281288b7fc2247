import { expect, it } from 'vitest';
import { targetUri } from './target-uri.ts';

const me = 'https://api.example/v1/me';

it.each([
  'HTTPS://API.Example/v1/me',
  'https://api.example:443/v1/me',
  'https://api.example/v1/me?page=2#top',
  'https://api.example/v1/./x/../me',
  'https://api.example/v1/%6De',
])('%s is the same place', (address) => {
  expect(targetUri(address)).toBe(me);
});

it.each([
  'http://api.example/v1/me',
  'https://api.example:8443/v1/me',
  'https://api.example.evil/v1/me',
  'https://api.example/v1/ME',
  'https://api.example/v1/me/',
  'https://api.example/v1/me%2F',
  'https://api.example/me',
])('%s is another place', (address) => {
  expect(targetUri(address)).not.toBe(me);
  expect(targetUri(address)).not.toBeNull();
});

it('percent-encoding in lower case is the same as in upper case', () => {
  expect(targetUri('https://api.example/a%2fb')).toBe(targetUri('https://api.example/a%2Fb'));
});

it.each([
  '/v1/me',
  'api.example/v1/me',
  'https://user@api.example/v1/me',
  'data:text/plain,x',
  'ws://api.example/',
  '',
])('%j is no place at all', (address) => {
  expect(targetUri(address)).toBeNull();
});
