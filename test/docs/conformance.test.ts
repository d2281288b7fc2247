import { readFileSync } from 'node:fs';
import { checkConformance, conformanceRules, textReport } from '@latchkey/mock-server/conformance';
import { Ajv } from 'ajv';
import { beforeAll, expect, it } from 'vitest';
import { manualClock } from '../../packages/mock-server/src/clock/clock.ts';
import { built } from '../../packages/mock-server/src/testing/broken-servers/breaking.ts';
import { brokenRefreshes } from '../../packages/mock-server/src/testing/broken-servers/broken-refreshes.ts';
import { fetchOf, fully } from '../../packages/mock-server/src/testing/conformance-server.ts';
import { code, fenced, table } from './markdown.ts';
import { expectSection, read, sectionNames } from './marked-section.ts';

const document = 'guides/conformance.md';
const forgetful = brokenRefreshes.find(({ that }) => that === 'refuses a spent token and leaves its descendant alive');

let report: Awaited<ReturnType<typeof checkConformance>>;

beforeAll(async () => {
  if (forgetful === undefined) throw new Error('There is no such server.');
  const options = () => ({ ...forgetful.options?.(), clock: manualClock() });
  const server = built({ ...forgetful, options });
  const { user } = fully;
  const only = ['REF-6', 'REF-5.week'];
  report = await checkConformance({ url: 'https://my-server/', user, only, fetch: fetchOf(server) });
}, 60_000);

/** Fingerprints, ids and times differ from run to run; the same one is still told by the same sign. */
function repeatable(text: string): string {
  const known = new Map<string, string>();
  const standIn = (fingerprint: string) => {
    const next = `sha256:${String(known.size + 1).padStart(8, '0')}`;
    known.set(fingerprint, known.get(fingerprint) ?? next);
    return known.get(fingerprint) ?? next;
  };
  return text
    .replace(/sha256:[0-9a-f]{8}/g, standIn)
    .replace(/"sid": "[\w-]{22}"/g, '"sid": "X1vOzpNGv3londJ_Xo4Trg"')
    .replace(/date: .+ GMT/g, 'date: Mon, 05 Jan 2026 09:00:00 GMT')
    .replace(/in \d+\.\d s\./, 'in 0.1 s.');
}

it('the guide shows a report as it is', () => {
  expectSection(document, 'report', fenced('text', repeatable(textReport(report))));
});

it('the guide lists every rule', () => {
  const needs = { clock: 'clock', otherUser: 'other user', origin: 'origin' };
  const rows = conformanceRules.map((rule) => [
    `[${rule.id}](../${rule.section})`,
    rule.level,
    rule.title,
    rule.needs.map((need) => needs[need]).join(', '),
  ]);
  expectSection(document, 'rules', table(['rule', 'level', 'what the server promises', 'needs'], rows));
  expect(sectionNames(document)).toEqual(['report', 'rules']);
});

it('every rule leads to a heading of the protocol', () => {
  const anchors = [...read('protocol.md').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/ /g, '-'),
  );
  const lost = conformanceRules.filter(({ section }) => !anchors.includes(section.replace('protocol.md#', '')));
  expect(lost.map(({ id, section }) => `${id}: ${section}`)).toEqual([]);
});

it('the JSON report has the form that is documented', () => {
  const schema = readFileSync(new URL('../../docs/guides/conformance-report.schema.json', import.meta.url), 'utf8');
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, formats: { uri: (text: string) => URL.canParse(text) } });
  const validate = ajv.compile(JSON.parse(schema) as object);
  const written = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
  validate(written);
  expect(validate.errors).toBeNull();
  expect(validate({ ...written, version: 2 })).toBe(false);
  expect(validate({ ...written, extra: true })).toBe(false);
});

it('the options that the guide names are there', () => {
  const text = read(document);
  for (const [, option] of text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)) {
    expect([...optionsOfCommands(), 'save-dev'], code(`--${option}`)).toContain(option);
  }
});

function optionsOfCommands(): string[] {
  const sources = ['cli/conformance-command-line.ts', 'cli/command-line.ts'].map((file) =>
    readFileSync(new URL(`../../packages/mock-server/src/${file}`, import.meta.url), 'utf8'),
  );
  return sources.flatMap((source) => [...source.matchAll(/ --([a-z-]+)/g)].map(([, option = '']) => option));
}
