import { type Answer, described, hasJsonType, header, listed } from '../answer.ts';
import { sessionIn } from '../probe.ts';
import type { Rule, RuleGroup } from '../rule.ts';
import { must, Unchecked } from '../violation.ts';

const oauth: readonly string[] = ['login', 'refresh', 'logout', 'revoke'];

const isOAuth = ({ endpoint, method }: Answer): boolean => oauth.includes(endpoint) && method === 'POST';

/** A rule about every answer of the run that it is about. */
function about(
  rule: Omit<Rule, 'check'>,
  isMeant: (answer: Answer) => boolean,
  problemOf: (answer: Answer) => string | null,
): Rule {
  return {
    ...rule,
    async check({ seen, target }) {
      const meant = seen.filter(isMeant);
      if (meant.length === 0) throw new Unchecked('No such answer was met.');
      for (const answer of meant) {
        const problem = problemOf(answer);
        const which = `${answer.method} ${target.endpoints[answer.endpoint]} (${described(answer)})`;
        must(problem === null, `The answer to ${which} ${problem}.`);
      }
    },
  };
}

const problem = (isThere: boolean, what: string): string | null => (isThere ? what : null);
const section = 'cors-and-headers';

export const answerRules: RuleGroup = {
  name: 'Every answer of this run',
  rules: [
    about(
      {
        id: 'TOK-11.tokens',
        title: 'No answer with tokens may be cached',
        level: 'MUST',
        section,
        why: 'A cache that keeps it is another place where tokens are (RFC 6749 §5.1).',
      },
      (answer) => sessionIn(answer) !== null,
      (answer) => problem(!listed(answer, 'cache-control').includes('no-store'), 'has no Cache-Control: no-store'),
    ),
    about(
      {
        id: 'TOK-11.others',
        title: 'No other answer of the auth endpoints may be cached, nor may its type be guessed',
        level: 'SHOULD',
        section,
        why: 'A refusal from a cache logs somebody out, or keeps somebody in.',
        after: ['TOK-11.tokens'],
      },
      isOAuth,
      (answer) =>
        problem(!listed(answer, 'cache-control').includes('no-store'), 'has no Cache-Control: no-store') ??
        problem(header(answer, 'x-content-type-options') !== 'nosniff', 'has no X-Content-Type-Options: nosniff'),
    ),
    about(
      {
        id: 'TOK-12',
        title: 'No answer repeats a token or a password that was sent',
        level: 'MUST',
        section: 'refusals',
        why: 'Refusals are logged, shown and sent to error trackers.',
      },
      ({ secrets }) => secrets.length > 0,
      ({ text, headers, secrets, status }) => {
        const said = [...headers].map(([, value]) => value).join('\n');
        // A repeat gets the refresh token it is a repeat of only in what it asked for.
        const repeated = (secret: string) =>
          secret.length >= 8 && (status >= 400 ? `${text}\n${said}` : said).includes(secret);
        return problem(secrets.some(repeated), 'repeats one');
      },
    ),
    about(
      {
        id: 'WIR-1',
        title: 'A refusal is JSON and says which error it is',
        level: 'MUST',
        section: 'refusals',
        why: 'A client that cannot read a refusal has to take it for a server that is down (RFC 6749 §5.2).',
      },
      (answer) => isOAuth(answer) && answer.status >= 400 && answer.status < 500,
      (answer) =>
        problem(!hasJsonType(answer), `is of the type "${header(answer, 'content-type').slice(0, 60)}"`) ??
        problem(typeof answer.json?.['error'] !== 'string', 'has no "error"'),
    ),
    about(
      {
        id: 'WIR-6.no-5xx',
        title: 'No request makes the server fail',
        level: 'MUST',
        section: 'any-endpoint',
        why: 'Requests come from anywhere. A failure is tried again and again by clients, and by whoever looks for a way in.',
      },
      () => true,
      ({ status }) => problem(status >= 500 && status !== 503, 'is a failure of the server'),
    ),
    about(
      {
        id: 'WIR-3.challenge',
        title: 'Every 401 has a challenge',
        level: 'MUST',
        section,
        why: 'It tells a client what is missing (RFC 9110 §15.5.2).',
      },
      ({ status }) => status === 401,
      (answer) => problem(header(answer, 'www-authenticate') === '', 'has no WWW-Authenticate'),
    ),
    about(
      {
        id: 'REF-18.retry-after',
        title: 'Every 429 and 503 says when to come back',
        level: 'MUST',
        section: 'limits',
        why: 'Otherwise clients guess, mostly too early.',
      },
      ({ status }) => status === 429 || status === 503,
      (answer) => problem(!/^\d+$/.test(header(answer, 'retry-after')), 'has no Retry-After in seconds'),
    ),
    about(
      {
        id: 'WIR-8.date',
        title: 'Every answer tells the server’s time',
        level: 'MUST',
        section,
        why: 'The client reckons with the server’s clock, not with that of the device.',
      },
      () => true,
      (answer) => problem(Number.isNaN(Date.parse(header(answer, 'date'))), 'has no Date'),
    ),
    about(
      {
        id: 'WIR-7',
        title: 'The auth endpoints set no cookies',
        level: 'SHOULD',
        section,
        why: 'Where no cookie counts, no other site can act for the user.',
      },
      isOAuth,
      ({ headers }) => problem(headers.has('set-cookie'), 'sets a cookie'),
    ),
    about(
      {
        id: 'LOG-8',
        title: 'No answer clears the site’s data',
        level: 'MUST',
        section,
        why: 'It would wipe what every app of the origin stores, also the logouts that still have to be delivered.',
      },
      isOAuth,
      ({ headers }) => problem(headers.has('clear-site-data'), 'has Clear-Site-Data'),
    ),
  ],
};
