import { Window } from 'happy-dom';
import { beforeAll, expect, it } from 'vitest';
import { type ConformanceReport, checkConformance, junitReport, textReport } from '../conformance.ts';
import { built } from '../testing/broken-servers/breaking.ts';
import { brokenAnswers } from '../testing/broken-servers/broken-answers.ts';
import { fetchOf, fully } from '../testing/conformance-server.ts';

let report: ConformanceReport;
/** Everything that the server handed out and everything that would let somebody in. */
const secrets = new Set<string>([fully.user.password, fully.otherUser?.password ?? '']);

const leaky = brokenAnswers.find(({ that }) => that === 'repeats a refresh token in its refusal');

beforeAll(async () => {
  if (leaky === undefined) throw new Error('There is no such server.');
  const fetchIt = fetchOf(built(leaky));
  report = await checkConformance({
    ...fully,
    url: 'https://api.example',
    async fetch(input, init) {
      const body = typeof init?.body === 'string' ? init.body : '';
      for (const [name, value] of new URLSearchParams(body)) {
        if (/token|ticket/.test(name) && value.length >= 40) secrets.add(value);
      }
      const key = new Headers(init?.headers).get('idempotency-key');
      // One of the keys that are to be refused is nothing but x.
      if (key !== null && key.length >= 40 && !/^"x+"$/.test(key)) secrets.add(key.replaceAll('"', ''));
      const response = await fetchIt(input, init);
      for (const found of (await response.clone().text()).matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)) {
        secrets.add(found[1] ?? '');
      }
      return response;
    },
  });
}, 60_000);

it('no report holds a token, a ticket, a key or a password, whatever the server repeats', () => {
  expect(secrets.size).toBeGreaterThan(300);
  const texts = { text: textReport(report), junit: junitReport(report), json: JSON.stringify(report) };
  for (const [name, text] of Object.entries(texts)) {
    expect([...secrets].filter((secret) => text.includes(secret)).length, name).toBe(0);
    expect(text, name).not.toMatch(/eyJ[\w-]{10}/);
  }
  expect(texts.json).toMatch(/"refresh_token\\":\\"sha256:[0-9a-f]{8}\\"/);
});

it('the text shows every rule, and of a broken one what was found, why it matters and where it is said', () => {
  const text = textReport(report);
  for (const { id } of report.results) expect(text).toContain(` ${id} `);
  expect(text).toContain('✗ TOK-12 (MUST)  No answer repeats a token or a password that was sent');
  expect(text).toMatch(/found {3}The answer to POST auth\/refresh \(400 .+\) repeats one\./);
  expect(text).toContain('see     protocol.md#refusals');
  expect(text).toMatch(/The server does not conform\. \d+ passed, 1 failed, 1 not checked, in \d+\.\d s\.\n$/);
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

const parsed = (xml: string) => {
  const document = new new Window().DOMParser().parseFromString(xml, 'application/xml');
  expect(document.querySelector('parsererror')).toBeNull();
  return document;
};

it('the JUnit report is XML whose counts are right', () => {
  const document = parsed(junitReport(report));
  const root = document.documentElement;
  expect(root.tagName).toBe('testsuites');
  const numbers = (element: { getAttribute(name: string): string | null }) =>
    ['tests', 'failures', 'errors', 'skipped'].map((name) => Number(element.getAttribute(name)));
  expect(numbers(root)).toEqual([report.results.length, 1, 0, 1]);
  const suites = [...document.querySelectorAll('testsuites > testsuite')];
  expect(suites.map((suite) => suite.getAttribute('name'))).toEqual([
    ...new Set(report.results.map(({ group }) => group)),
  ]);
  for (const suite of suites) {
    const cases = [...suite.children];
    const count = (name: string) => cases.filter((testcase) => testcase.querySelector(name) !== null).length;
    expect(numbers(suite)).toEqual([cases.length, count('failure'), 0, count('skipped')]);
    for (const testcase of cases) {
      expect(testcase.tagName).toBe('testcase');
      for (const name of ['classname', 'name', 'time']) expect(testcase.getAttribute(name)).toBeTruthy();
    }
  }
  expect(document.querySelector('failure')?.getAttribute('type')).toBe('MUST');
});

it('the JUnit report stays XML whatever a server says', () => {
  const [first] = report.results;
  if (first === undefined) throw new Error('There is no result.');
  const odd = '\u0000\u0007\u001b[31m ]]> & <b> "\' \ud800 \uffff \u{1f600}';
  const response = { status: 400, headers: { [odd]: odd }, body: odd };
  const exchange = { request: { method: 'GET', url: odd, headers: {}, body: odd }, response, note: null };
  const failed = { ...first, outcome: 'failed', finding: odd, title: odd, exchanges: [exchange] } as const;
  const document = parsed(junitReport({ ...report, results: [failed] }));
  expect(document.querySelector('failure')?.getAttribute('message')).toContain('& <b> "\' ');
  expect(document.querySelector('failure')?.textContent).toContain('\u{1f600}');
  expect(textReport({ ...report, results: [failed] })).not.toMatch(/(?!\n)\p{Cc}/u);
});
