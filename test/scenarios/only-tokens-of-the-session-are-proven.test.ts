import { expect, it } from 'vitest';
import { ada, boundScene } from '../support/bound-scene.ts';

const part = (value: object): string => btoa(JSON.stringify(value)).replaceAll('=', '');
const boundElsewhere = `${part({ alg: 'none' })}.${part({ cnf: { jkt: 'of-another-key' } })}.signature`;

for (const [what, url, token] of [
  ['of no format, to another origin', 'https://other.test/user', 'ghp_of_the_caller'],
  ['of no format, to the API', 'echo', 'of-the-caller'],
  ['bound to a key elsewhere, to another origin', 'https://other.test/user', boundElsewhere],
] as const) {
  it(`a caller's own token goes out as it is: ${what} (ATT-7)`, async () => {
    const { open, sent } = boundScene(({ url }) => (url.startsWith('https://other.test/') ? new Response() : null));
    const client = open();
    await client.login(ada);
    await client.fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { headers } = sent.at(-1) as Request;
    expect([headers.get('authorization'), headers.has('dpop')]).toEqual([`Bearer ${token}`, false]);
  });
}

it("the session's own token is proven wherever the caller sends it", async () => {
  const { open, sent } = boundScene();
  const client = open();
  await client.login(ada);
  const token = await client.getAccessToken();
  expect((await client.fetch('me', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  expect(sent.at(-1)?.headers.get('authorization')).toBe(`DPoP ${token}`);
});
