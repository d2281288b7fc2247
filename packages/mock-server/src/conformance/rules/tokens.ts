import type { JsonObject } from '../answer.ts';
import { readAccessToken } from '../forged-tokens.ts';
import { type Probe, secondsIn } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must, Violation } from '../violation.ts';

const asymmetric = /^(ES(256|384|512)|(RS|PS)(256|384|512)|EdDSA|Ed25519|Ed448)$/;
const registered = ['iss', 'sub', 'client_id', 'jti', 'sid'] as const;
const personal = ['email', 'name', 'given_name', 'family_name', 'phone_number', 'address', 'birthdate', 'picture'];

/** Slack for an answer that took its time, in seconds. */
const slack = 2;

async function freshToken(probe: Probe) {
  const session = await probe.signIn();
  const parts = readAccessToken(session.accessToken);
  if (parts === null) throw new Violation('The access token is no JWT.');
  return { ...parts, session };
}

const number = (claims: JsonObject, name: string): number => {
  const value = claims[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Violation(`The claim ${name} is no number.`);
  return value;
};

export const tokenRules: RuleGroup = {
  name: 'Tokens',
  rules: [
    {
      id: 'TOK-1',
      title: 'The access token is a JWT of the type at+jwt, signed with a key that it names',
      level: 'MUST',
      section: 'access-token',
      why: 'The type keeps other JWTs of the server out of the API; a secret shared for checking could also sign.',
      async check(probe) {
        const { header } = await freshToken(probe);
        const { alg, typ, kid } = header;
        must(/^(application\/)?at\+jwt$/i.test(String(typ)), `typ is ${JSON.stringify(typ)} instead of "at+jwt".`);
        must(asymmetric.test(String(alg)), `alg is ${JSON.stringify(alg)}, which is no signature by a private key.`);
        must(typeof kid === 'string' && kid !== '', 'The header names no key (kid).');
      },
    },
    {
      id: 'TOK-2.claims',
      title: 'The access token says who made it, for whom, about whom, when, and in which session',
      level: 'MUST',
      section: 'access-token',
      why: 'An API can check only what is in it, and a session can be ended only by its sid.',
      async check(probe) {
        const { claims, session } = await freshToken(probe);
        for (const name of registered) {
          must(typeof claims[name] === 'string' && claims[name] !== '', `The claim ${name} is no text.`);
        }
        const { aud } = claims;
        must(
          (typeof aud === 'string' && aud !== '') || (Array.isArray(aud) && aud.length > 0),
          'The claim aud is missing.',
        );
        for (const name of ['iat', 'exp', 'auth_time']) number(claims, name);
        must(claims['sid'] === session.sid, 'The claim sid is not the sid of the token response.');
      },
    },
    {
      id: 'TOK-2.privacy',
      title: 'The access token holds no name and no mail address',
      level: 'SHOULD',
      section: 'access-token',
      why: 'Every script in the page can read it, and so can whoever finds it in a log.',
      async check(probe) {
        const { claims } = await freshToken(probe);
        const found = personal.filter((name) => name in claims);
        must(found.length === 0, `It holds ${found.join(', ')}.`);
      },
    },
    {
      id: 'TOK-3.exp',
      title: 'expires_in is what the access token itself says',
      level: 'MUST',
      section: 'access-token',
      why: 'A client refreshes by expires_in, an API refuses by exp. Where they differ, requests fail or tokens live too long.',
      async check(probe) {
        const { claims, session } = await freshToken(probe);
        const lifetime = number(claims, 'exp') - number(claims, 'iat');
        const told = secondsIn(session, 'expires_in');
        must(Math.abs(lifetime - told) <= slack, `exp − iat is ${lifetime} s, expires_in ${told} s.`);
      },
    },
    {
      id: 'TOK-3.order',
      title: 'No token outlives the session, and the week no three months',
      level: 'MUST',
      section: 'the-two-limits',
      why: 'An access token that is good after the end of its session keeps somebody in who should be out.',
      async check(probe) {
        const session = await probe.signIn();
        const access = secondsIn(session, 'expires_in');
        const week = secondsIn(session, 'refresh_token_timeout');
        const end = secondsIn(session, 'authorization_expires_in');
        must(access > 0 && week > 0, 'A fresh session has already run out.');
        must(access <= end + slack, `The access token lasts ${access} s, the session ${end} s.`);
        must(week <= end + slack, `The refresh token lasts ${week} s, the session ${end} s.`);
      },
    },
    {
      id: 'TOK-3.lifetimes',
      title: 'Lifetimes are at most 20 minutes, one week and three months',
      level: 'SHOULD',
      section: 'the-two-limits',
      why: 'They bound what a stolen token is worth. Longer ones are a decision to be made on purpose.',
      async check(probe) {
        const session = await probe.signIn();
        const limits = [
          ['expires_in', 1_200],
          ['refresh_token_timeout', 604_800],
          ['authorization_expires_in', 7_776_000],
        ] as const;
        for (const [name, most] of limits) {
          must(secondsIn(session, name) <= most, `${name} is ${secondsIn(session, name)}, more than ${most}.`);
        }
      },
    },
    {
      id: 'TOK-9',
      title: 'The refresh token is long, random and says nothing',
      level: 'MUST',
      section: 'refresh-token',
      why: 'What can be read can be relied on, and what can be guessed is no secret (at least 128 bits).',
      async check(probe) {
        const tokens = [await probe.signIn(), await probe.signIn()].map(({ refreshToken }) => refreshToken);
        for (const token of tokens) {
          must(readAccessToken(token) === null, 'It is a JWT.');
          must(token.length >= 22, `It has ${token.length} characters, too few for 128 random bits.`);
        }
        const [one = '', other = ''] = tokens;
        const shared = [...one].filter((character, index) => character === other[index]).length;
        must(one.length - shared >= 16, 'Two of them are nearly the same.');
      },
    },
  ],
};
