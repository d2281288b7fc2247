import type { JWK } from 'jose';
import { type Answer, described, header } from '../answer.ts';
import {
  readAccessToken,
  signedWithPublicKey,
  withForgedSignature,
  withOtherClaims,
  withoutSignature,
} from '../forged-tokens.ts';
import { type Probe, randomText } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must, Unchecked } from '../violation.ts';
import { keysIn } from './discovery.ts';

const section = 'protected-resources';
const challenge = (answer: Answer) => header(answer, 'www-authenticate');

async function expectInvalid(probe: Probe, token: string, what: string): Promise<void> {
  const answer = await probe.api(token);
  must(answer.status === 401, `${what} was answered ${described(answer)} instead of 401.`);
}

export const resourceRules: RuleGroup = {
  name: 'Protected resources',
  rules: [
    {
      id: 'WIR-3.good',
      title: 'A good access token gets the resource',
      level: 'MUST',
      section,
      why: 'It is what all of this is for. Where this fails, the path of a resource (--api) may be wrong.',
      async check(probe) {
        const { accessToken } = await probe.signIn();
        const answer = await probe.api(accessToken);
        must(answer.status >= 200 && answer.status < 300, `It was answered ${described(answer)} instead of 200.`);
      },
    },
    {
      id: 'WIR-3.missing',
      title: 'Without a token the answer is 401 and a Bearer challenge that names no error',
      level: 'MUST',
      section,
      why: 'Nothing is wrong with a token that was not sent: a client must not refresh for it (RFC 6750 §3.1).',
      async check(probe) {
        const answer = await probe.api(null);
        must(answer.status === 401, `It was answered ${described(answer)} instead of 401.`);
        must(/(^|,)\s*bearer\b/i.test(challenge(answer)), 'The WWW-Authenticate header has no Bearer challenge.');
        must(!/\berror=/i.test(challenge(answer)), 'The challenge names an error.');
      },
    },
    {
      id: 'WIR-3.invalid',
      title: 'With a bad token the answer is 401 and a Bearer challenge with error="invalid_token"',
      level: 'MUST',
      section,
      why: 'That makes a client refresh. Without it, a session that could go on stops in front of the user.',
      async check(probe) {
        const answer = await probe.api(randomText(32));
        must(answer.status === 401, `It was answered ${described(answer)} instead of 401.`);
        const says =
          /(^|,)\s*bearer\b/i.test(challenge(answer)) && /\berror="?invalid_token"?/i.test(challenge(answer));
        must(says, 'The WWW-Authenticate header has no Bearer challenge with error="invalid_token".');
      },
    },
    {
      id: 'TOK-4.forged',
      title: 'Access tokens with a forged signature, without one, or with other claims are refused',
      level: 'MUST',
      section: 'access-token',
      after: ['WIR-3.good'],
      why: 'Whoever can make an access token is every user at once (RFC 8725).',
      async check(probe) {
        const { accessToken } = await probe.signIn();
        await expectInvalid(probe, withForgedSignature(accessToken), 'A forged signature');
        await expectInvalid(probe, withoutSignature(accessToken), 'alg "none"');
        await expectInvalid(
          probe,
          withOtherClaims(accessToken, { sub: 'admin' }),
          'Another sub under the same signature',
        );
        await expectInvalid(
          probe,
          withOtherClaims(accessToken, { exp: 9_999_999_999 }),
          'Another exp under the same signature',
        );
      },
    },
    {
      id: 'TOK-4.public-key',
      title: 'An access token that is signed with the public key as a secret is refused',
      level: 'MUST',
      section: 'access-token',
      after: ['WIR-3.good'],
      why: 'If the token’s header chooses the algorithm, everybody has the secret (RFC 8725 §2.1).',
      async check(probe) {
        const keys = await keysIn(probe);
        const { accessToken } = await probe.signIn();
        const kid = readAccessToken(accessToken)?.header['kid'];
        const key = keys.find((candidate) => candidate['kid'] === kid);
        if (key === undefined) throw new Unchecked('The key set has no key of the access token.');
        await expectInvalid(probe, await signedWithPublicKey(accessToken, key as JWK), 'HS256 with the public key');
      },
    },
    {
      id: 'WIR-3.refresh-token',
      title: 'A refresh token is no access token',
      level: 'MUST',
      section: 'refresh-token',
      why: 'It is good for three months, and is never to be sent to an API.',
      async check(probe) {
        const { refreshToken } = await probe.signIn();
        await expectInvalid(probe, refreshToken, 'A refresh token in the place of the access token');
      },
    },
  ],
};
