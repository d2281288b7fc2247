import { type Answer, header, listed } from '../answer.ts';
import { type Probe, unknownToken } from '../probe.ts';
import type { RuleGroup } from '../rule.ts';
import { must } from '../violation.ts';

const section = 'cors-and-headers';
const foreign = 'https://not-allowed.example';

const preflight = (
  probe: Probe,
  endpoint: 'login' | 'refresh' | 'api',
  origin: string,
  method: string,
  headers: string,
) =>
  probe.send(endpoint, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
  });

function expectNotFor(answer: Answer, origin: string): void {
  const allowed = header(answer, 'access-control-allow-origin');
  must(allowed !== '*', 'Access-Control-Allow-Origin is *.');
  must(allowed !== origin, `Access-Control-Allow-Origin allows ${origin}.`);
}

export const corsRules: RuleGroup = {
  name: 'CORS',
  rules: [
    {
      id: 'WIR-8.foreign',
      title: 'Pages of other origins may not read answers',
      level: 'MUST',
      section,
      why: 'A page that can read a refresh’s answer has a session.',
      async check(probe) {
        const own = probe.target.origin;
        const alike = own === null ? [] : [`${own}.evil.example`, own.replace('://', '://evil-')];
        for (const origin of [foreign, 'null', ...alike]) {
          expectNotFor(await preflight(probe, 'refresh', origin, 'POST', 'idempotency-key'), origin);
          expectNotFor(await probe.api(null, { origin }), origin);
        }
        const { username, password } = probe.target.user;
        const login = { method: 'POST', headers: { origin: foreign }, body: { json: { username, password } } };
        expectNotFor(await probe.send('login', login), foreign);
      },
    },
    {
      id: 'WIR-8.preflight',
      title: 'The preflight of an allowed page is answered with its origin and the headers by name',
      level: 'MUST',
      section,
      why: 'Without it no page can log in, refresh or call the API; and * never covers Authorization.',
      needs: ['origin'],
      async check(probe) {
        const origin = probe.target.origin ?? '';
        const asked = [
          ['login', 'POST', 'content-type'],
          ['refresh', 'POST', 'idempotency-key'],
          ['api', 'GET', 'authorization'],
        ] as const;
        for (const [endpoint, method, name] of asked) {
          const path = probe.target.endpoints[endpoint];
          const answer = await preflight(probe, endpoint, origin, method, name);
          must(answer.status >= 200 && answer.status < 300, `The preflight of ${path} was answered ${answer.status}.`);
          const allowed = header(answer, 'access-control-allow-origin');
          must(allowed === origin, `The preflight of ${path} does not allow ${origin}.`);
          const names = listed(answer, 'access-control-allow-headers');
          must(names.includes(name), `The preflight of ${path} does not allow the header ${name}.`);
        }
      },
    },
    {
      id: 'WIR-8.max-age',
      title: 'A preflight is remembered, for two hours at the most',
      level: 'SHOULD',
      section,
      why: 'Each one costs a round trip; and what is allowed may have to be taken back.',
      needs: ['origin'],
      after: ['WIR-8.preflight'],
      async check(probe) {
        const answer = await preflight(probe, 'refresh', probe.target.origin ?? '', 'POST', 'idempotency-key');
        const age = Number(header(answer, 'access-control-max-age'));
        must(age > 0 && age <= 7_200, `Access-Control-Max-Age is "${header(answer, 'access-control-max-age')}".`);
      },
    },
    {
      id: 'WIR-8.exposed',
      title: 'An allowed page can read every answer, refusals too, and in it Date, Retry-After and WWW-Authenticate',
      level: 'MUST',
      section,
      why: 'A refusal that cannot be read looks like a network that is down; and the client reckons with the server’s Date.',
      needs: ['origin'],
      async check(probe) {
        const headers = { origin: probe.target.origin ?? '' };
        const { username, password } = probe.target.user;
        const answers = [
          await probe.send('login', { method: 'POST', headers, body: { json: { username, password } } }),
          await probe.refresh(unknownToken(), { headers }),
          await probe.logout({}, headers),
          await probe.api(null, headers),
        ];
        for (const answer of answers) {
          const about = `The ${answer.status} of ${probe.target.endpoints[answer.endpoint]}`;
          must(
            header(answer, 'access-control-allow-origin') === headers.origin,
            `${about} does not allow ${headers.origin}.`,
          );
          const exposed = listed(answer, 'access-control-expose-headers');
          for (const name of ['date', 'retry-after', 'www-authenticate']) {
            must(exposed.includes(name), `${about} does not expose ${name}.`);
          }
        }
      },
    },
    {
      id: 'WIR-8.vary',
      title: 'Answers vary with the origin',
      level: 'MUST',
      section,
      why: 'A cache would otherwise give one page the permission of another, or its refusal.',
      needs: ['origin'],
      async check(probe) {
        for (const origin of [probe.target.origin ?? '', foreign]) {
          const answer = await probe.api(null, { origin });
          must(listed(answer, 'vary').includes('origin'), `An answer to ${origin} has no Vary: Origin.`);
        }
      },
    },
  ],
};
