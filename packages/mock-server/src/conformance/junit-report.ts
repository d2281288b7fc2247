import type { ConformanceReport, ConformanceResult } from './options.ts';
import { conversationOf } from './text-report.ts';

/** The report as JUnit XML, which every CI system shows. A SHOULD that is not kept is skipped, as JUnit has nothing in between. */
export function junitReport({ url, results, duration }: ConformanceReport): string {
  const groups = [...new Set(results.map(({ group }) => group))];
  const suites = groups.map((group) =>
    suite(
      group,
      results.filter((result) => result.group === group),
    ),
  );
  const name = `name="${escaped(`Conformance of ${url}`)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${name} ${countsOf(results)} time="${seconds(duration)}">\n${suites.join('')}</testsuites>\n`;
}

function suite(group: string, results: readonly ConformanceResult[]): string {
  const time = results.reduce((sum, { duration }) => sum + duration, 0);
  const attributes = `name="${escaped(group)}" ${countsOf(results)} time="${seconds(time)}"`;
  return `  <testsuite ${attributes}>\n${results.map(testcase).join('')}  </testsuite>\n`;
}

function testcase(result: ConformanceResult): string {
  const { id, group, title, duration } = result;
  const attributes = `classname="${escaped(group)}" name="${escaped(`${id} ${title}`)}" time="${seconds(duration)}"`;
  const inside = verdict(result);
  return inside === '' ? `    <testcase ${attributes}/>\n` : `    <testcase ${attributes}>\n${inside}    </testcase>\n`;
}

function verdict({ outcome, level, finding, why, section, exchanges }: ConformanceResult): string {
  const message = escaped(finding ?? '');
  if (outcome === 'passed') return '';
  if (outcome === 'not-checked') return `      <skipped message="${escaped('not checked: ')}${message}"/>\n`;
  if (outcome === 'advised') return `      <skipped message="${level}: ${message}"/>\n`;
  const told = [why, section, ...exchanges.flatMap((exchange, index) => ['', ...conversationOf(exchange, index + 1)])];
  return `      <failure type="${level}" message="${message}">${escaped(told.join('\n'))}</failure>\n`;
}

function countsOf(results: readonly ConformanceResult[]): string {
  const failures = results.filter(({ outcome }) => outcome === 'failed').length;
  const skipped = results.filter(({ outcome }) => outcome === 'not-checked' || outcome === 'advised').length;
  return `tests="${results.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(3);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML has no way to write most control characters, nor half a character. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"\n]/g, (character) => entities[character] ?? character);
