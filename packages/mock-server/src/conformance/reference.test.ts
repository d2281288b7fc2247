import { expect, it } from 'vitest';
import { runningClock } from '../clock/clock.ts';
import { checkConformance, conformanceRules } from '../conformance.ts';
import { serve } from '../node.ts';
import { testServer } from '../testing/api.ts';
import { app, fetchOf, fully } from '../testing/conformance-server.ts';

const inShort = (results: Awaited<ReturnType<typeof checkConformance>>['results'], outcome: string) =>
  results.filter((result) => result.outcome === outcome).map(({ id, finding }) => `${id}: ${finding}`);

it('the reference server keeps every rule, those about time too, over real HTTP', { timeout: 60_000 }, async () => {
  const { server } = testServer({ clock: runningClock(), allowedOrigins: [app] });
  const { url, close } = await serve(server, { clockEndpoint: true, basePath: '/v1' });
  try {
    const report = await checkConformance({ ...fully, url, strict: true });
    expect(inShort(report.results, 'failed')).toEqual([]);
    // It never had to be asked to slow down, so nothing is known about that.
    expect(inShort(report.results, 'not-checked')).toEqual(['REF-18.retry-after: No such answer was met.']);
    expect(report).toMatchObject({ conforms: true, url, counts: { failed: 0, advised: 0, notChecked: 1 } });
    expect(report.counts.passed).toBe(conformanceRules.length - 1);
  } finally {
    await close();
  }
});

it('without a clock, another user and an origin, the rules that need them are not checked', {
  timeout: 60_000,
}, async () => {
  const { server } = testServer();
  const report = await checkConformance({ url: 'https://api.example', user: fully.user, fetch: fetchOf(server) });
  expect(inShort(report.results, 'failed')).toEqual([]);
  const reasons = new Map(report.results.map(({ id, outcome, finding }) => [id, `${outcome}: ${finding}`]));
  expect(reasons.get('REF-5.week')).toBe('not-checked: It needs a clock that can be advanced.');
  expect(reasons.get('LOG-T0.user')).toBe('not-checked: It needs another user.');
  expect(reasons.get('WIR-8.exposed')).toBe('not-checked: It needs an origin that the server allows.');
  expect(report.counts.notChecked).toBeGreaterThanOrEqual(18);
});

it('a server can be checked twice in the same minute', { timeout: 60_000 }, async () => {
  const { server } = testServer();
  const again = () => checkConformance({ url: 'https://api.example', user: fully.user, fetch: fetchOf(server) });
  const [first, second] = [await again(), await again()];
  expect(inShort([...first.results, ...second.results], 'failed')).toEqual([]);
  expect(second.counts).toEqual(first.counts);
});
