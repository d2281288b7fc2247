import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { described, type JsonObject } from '../answer.ts';
import { readAccessToken } from '../forged-tokens.ts';
import { isAbsent, type Probe } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must, Unchecked, Violation } from '../violation.ts';

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

/** @throws Unchecked where no keys are published. */
export async function keysIn(probe: Probe): Promise<readonly JsonObject[]> {
  const answer = await probe.send('jwks', { method: 'GET' });
  if (isAbsent(answer)) throw new Unchecked('The server publishes no keys (--jwks).');
  const keys = answer.json?.['keys'];
  if (answer.status !== 200 || !Array.isArray(keys))
    throw new Violation(`The keys were answered ${described(answer)}.`);
  return keys.filter(isObject);
}

async function metadataOf(probe: Probe): Promise<JsonObject> {
  const answer = await probe.send('metadata', { method: 'GET' });
  if (isAbsent(answer)) throw new Unchecked('The server publishes no metadata (--metadata).');
  if (answer.status !== 200 || answer.json === null)
    throw new Violation(`The metadata was answered ${described(answer)}.`);
  return answer.json;
}

export const discoveryRules: RuleGroup = {
  name: 'Keys and metadata, where there are any',
  rules: [
    {
      id: 'TOK-14.public',
      title: 'The published keys are public ones, each with an id',
      level: 'MUST',
      section: 'get-authjwks',
      why: 'Whoever has a private key is every user at once.',
      async check(probe) {
        for (const key of await keysIn(probe)) {
          const found = privateMembers.filter((name) => name in key);
          must(found.length === 0, `A key has the member ${found.join(', ')}, which is private.`);
          must(typeof key['kid'] === 'string' && key['kid'] !== '', 'A key has no kid.');
        }
      },
    },
    {
      id: 'TOK-14.verifies',
      title: 'Access tokens are signed with one of the published keys',
      level: 'MUST',
      section: 'get-authjwks',
      why: 'An API that checks tokens with these keys would refuse every one.',
      after: ['TOK-14.public'],
      async check(probe) {
        const keys = await keysIn(probe);
        const { accessToken } = await probe.signIn();
        if (readAccessToken(accessToken) === null) throw new Unchecked('The access token is no JWT.');
        const set = createLocalJWKSet({ keys: [...keys] } as unknown as JSONWebKeySet);
        // Only the signature is of interest: the server's time need not be ours.
        const issued = new Date(Number(readAccessToken(accessToken)?.claims['iat']) * 1_000);
        const verified = await jwtVerify(accessToken, set, { currentDate: issued }).catch((error: unknown) =>
          String(error),
        );
        must(typeof verified !== 'string', `The signature of an access token does not verify: ${String(verified)}.`);
      },
    },
    {
      id: 'TOK-14.metadata',
      title: 'The metadata names the issuer, the endpoints and the grant',
      level: 'MUST',
      section: 'get-well-knownoauth-authorization-server',
      why: 'Clients that configure themselves by it (RFC 8414) call what it says.',
      async check(probe) {
        const metadata = await metadataOf(probe);
        const at = (name: string, endpoint: 'refresh' | 'revoke' | 'jwks') => {
          const { pathname } = new URL(probe.target.endpoints[endpoint], probe.target.url);
          const value = metadata[name];
          const meets = typeof value === 'string' && URL.canParse(value) && new URL(value).pathname === pathname;
          must(meets, `${name} is not the address of ${probe.target.endpoints[endpoint]}.`);
        };
        at('token_endpoint', 'refresh');
        if ('revocation_endpoint' in metadata) at('revocation_endpoint', 'revoke');
        if ('jwks_uri' in metadata) at('jwks_uri', 'jwks');
        const grants = metadata['grant_types_supported'];
        must(Array.isArray(grants) && grants.includes('refresh_token'), 'grant_types_supported has no refresh_token.');
        must(!grants.includes('password'), 'grant_types_supported has password.');
      },
    },
    {
      id: 'TOK-14.issuer',
      title: 'The issuer of the metadata is the one in the access tokens',
      level: 'MUST',
      section: 'get-well-knownoauth-authorization-server',
      why: 'An API compares the two, character by character.',
      async check(probe) {
        const { issuer } = await metadataOf(probe);
        const { accessToken } = await probe.signIn();
        const claims = readAccessToken(accessToken)?.claims;
        if (claims === undefined) throw new Unchecked('The access token is no JWT.');
        must(typeof issuer === 'string' && issuer === claims['iss'], 'They differ.');
      },
    },
  ],
};
