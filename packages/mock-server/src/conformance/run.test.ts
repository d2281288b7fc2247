import { expect, it } from 'vitest';
import { type ConformanceOptions, checkConformance, conformanceRules } from '../conformance.ts';
import { testServer } from '../testing/api.ts';
import { app, fetchOf, fully } from '../testing/conformance-server.ts';

const check = (options: Partial<ConformanceOptions> & Pick<ConformanceOptions, 'fetch'>) =>
  checkConformance({ url: 'https://api.example/v1', user: fully.user, ...options });

const sound = () => fetchOf(testServer({ allowedOrigins: [app] }).server);

it('ids of rules are there once, and sections are ones of the protocol', { timeout: 60_000 }, async () => {
  const ids = conformanceRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(100);
});

it('what a rule builds on comes before it', { timeout: 60_000 }, async () => {
  const { allRules } = await import('./all-rules.ts');
  const rules = allRules.flatMap((group) => group.rules);
  const early = rules.flatMap(({ id, after = [] }, index) =>
    after
      .filter((basis) => !rules.slice(0, index).some((rule) => rule.id === basis))
      .map((basis) => `${id} ← ${basis}`),
  );
  expect(early).toEqual([]);
});

it('checks only the rules that are asked for', { timeout: 60_000 }, async () => {
  const checked = async (...only: string[]) =>
    (await check({ url: 'https://api.example', fetch: sound(), only })).results.map(({ id }) => id);
  expect(await checked('REF-6', 'LOG-N1')).toEqual([
    'LOG-N1',
    ...['REF-6.refused', 'REF-6.descendant', 'REF-6.ancestor', 'REF-6.others'],
  ]);
  expect(await checked('REF-1')).toEqual(['REF-1.client', 'REF-1.form']);
  await expect(checked('REF-99')).rejects.toThrow('There is no rule REF-99.');
});

it('says what is wrong when nothing can be checked', { timeout: 60_000 }, async () => {
  const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
  await expect(check({ fetch: () => Promise.reject(refused) })).rejects.toThrow(
    'The server at https://api.example/v1/ does not answer: connect ECONNREFUSED 127.0.0.1:1.',
  );
  const nowhere = { url: 'https://api.example', fetch: sound(), user: { username: 'ada', password: 'a wrong one' } };
  await expect(check(nowhere)).rejects.toThrow(
    'The login of "ada" does not work: POST https://api.example/auth/login was answered 400 invalid_grant.',
  );
  const still = { url: 'https://api.example', fetch: sound(), clock: 'nowhere' };
  await expect(check(still)).rejects.toThrow('The clock did not advance: it answered 404.');
});

it('takes other paths, and a server below a path', { timeout: 60_000 }, async () => {
  const { server } = testServer();
  const fetchIt: typeof fetch = (input, init) => {
    const url = String(input).replace('/sign-in', '/auth/login').replace('/profile', '/me');
    return server.fetch(new Request(url, init), { basePath: '/v1' });
  };
  const endpoints = { login: 'sign-in', api: 'profile' };
  const { results } = await check({ fetch: fetchIt, endpoints, only: ['WIR-5', 'WIR-3.good'] });
  expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
});

it('waits as long as the server asks for, says so, and gives up when its patience ends', {
  timeout: 60_000,
}, async () => {
  const waits: number[] = [];
  const slow = (retryAfter: string): typeof fetch => {
    const fetchIt = sound();
    let count = 0;
    return async (input, init) => {
      count += 1;
      return count === 3
        ? new Response(null, { status: 429, headers: { 'retry-after': retryAfter } })
        : fetchIt(input, init);
    };
  };
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const asked = (retryAfter: string) =>
    check({ url: 'https://api.example', fetch: slow(retryAfter), only: ['LOG-R.pair'], wait, patience: 30_000 });
  const [patient] = (await asked('7')).results;
  expect([patient?.outcome, patient?.notes]).toEqual([
    'passed',
    ['The server asked to wait 7 s (429), which was done.'],
  ]);
  expect(waits).toEqual([7_000]);
  const tooLong = await asked('31');
  expect(tooLong.results[0]).toMatchObject({
    outcome: 'not-checked',
    finding: 'The server asked to wait 31 s (429), which is more than the patience that is left.',
  });
  expect(tooLong.conforms).toBe(false);
});

it('a server that stops answering breaks the rule that was being checked, and the run goes on', {
  timeout: 60_000,
}, async () => {
  const fetchIt = sound();
  let count = 0;
  const { results } = await check({
    url: 'https://api.example',
    only: ['TOK-9', 'LOG-N1'],
    fetch(input, init) {
      count += 1;
      return count === 2 ? Promise.reject(new TypeError('fetch failed')) : fetchIt(input, init);
    },
  });
  expect(results.map(({ id, outcome, finding }) => [id, outcome, finding])).toEqual([
    ['TOK-9', 'failed', 'No answer: fetch failed.'],
    ['LOG-N1', 'passed', null],
  ]);
});
