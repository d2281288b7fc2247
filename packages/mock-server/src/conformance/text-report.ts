import type { ConformanceExchange, ConformanceReport, ConformanceResult } from './options.ts';

const marks = { passed: '✓', failed: '✗', advised: '!', 'not-checked': '–' } as const;
const width = 100;
const idWidth = 20;

/** The report for people: every rule on a line, and below what was sent and what came back where a rule was broken. */
export function textReport(report: ConformanceReport): string {
  const groups = [...new Set(report.results.map(({ group }) => group))];
  const overview = groups.flatMap((group) => [
    '',
    group,
    ...report.results.filter((result) => result.group === group).flatMap(line),
  ]);
  const broken = report.results.filter(({ outcome }) => outcome === 'failed' || outcome === 'advised');
  return [`Conformance of ${report.url}`, ...overview, ...broken.flatMap(details), '', ...summary(report), ''].join(
    '\n',
  );
}

function line(result: ConformanceResult): string[] {
  const { id, outcome, title, finding } = result;
  const said = outcome === 'not-checked' ? `${title} · not checked: ${finding ?? ''}` : title;
  return wrapped(said, `  ${marks[outcome]} ${id.padEnd(idWidth)} `);
}

function details({ outcome, id, title, level, finding, why, section, notes, exchanges }: ConformanceResult): string[] {
  const heading = `${marks[outcome]} ${id} (${level})  `;
  return [
    '',
    '─'.repeat(width),
    ...wrapped(title, heading, 2),
    '',
    ...wrapped(finding ?? '', '  found   '),
    ...wrapped(why, '  why     '),
    ...wrapped(section, '  see     '),
    ...notes.flatMap((note) => wrapped(note, '  note    ')),
    ...exchanges.flatMap((exchange, index) => ['', ...conversationOf(exchange, index + 1)]),
  ];
}

/** One exchange, for people. */
export function conversationOf({ request, response, note }: ConformanceExchange, step: number): string[] {
  const sent = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const received =
    response === null ? [] : Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
  const more = ' '.repeat(5);
  return [
    ...wrapped(`${request.method} ${request.url}`, `${String(step).padStart(3)}  `),
    ...sent.flatMap((text) => wrapped(text, `${more}  `)),
    ...(request.body === null ? [] : wrapped(spaced(request.body), `${more}  `)),
    ...(response === null ? wrapped(note ?? '', `${more}→ `) : [`${more}→ ${response.status}`]),
    ...received.flatMap((text) => wrapped(text, `${more}  `)),
    ...(response === null || response.body === '' ? [] : wrapped(spaced(response.body), `${more}  `)),
  ];
}

/** JSON with places where a line can end. */
function spaced(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 1).replace(/\n */g, ' ');
  } catch {
    return body;
  }
}

function summary({ counts, conforms, duration }: ConformanceReport): string[] {
  const parts = [
    `${counts.passed} passed`,
    `${counts.failed} failed`,
    ...(counts.advised > 0 ? [`${counts.advised} advised`] : []),
    ...(counts.notChecked > 0 ? [`${counts.notChecked} not checked`] : []),
  ];
  const verdict = conforms ? 'The server keeps what was checked.' : 'The server does not conform.';
  return ['─'.repeat(width), `${verdict} ${parts.join(', ')}, in ${(duration / 1_000).toFixed(1)} s.`];
}

/** The text in lines, the first behind `start`, the others as far in, or as far as `indent` says. */
function wrapped(text: string, start: string, indent: number = start.length): string[] {
  const lines: string[] = [];
  let current = start;
  let isEmpty = true;
  for (const { piece, isCut } of text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .split(' ')
    .flatMap(pieces)) {
    if (isCut || (!isEmpty && current.length + 1 + piece.length > width)) {
      lines.push(current);
      current = ' '.repeat(indent);
      isEmpty = true;
    }
    current += isEmpty ? piece : ` ${piece}`;
    isEmpty = false;
  }
  return [...lines, current.trimEnd()];
}

/** A body without spaces is one long word, and is cut. */
const pieces = (word: string): { piece: string; isCut: boolean }[] =>
  (word.match(/.{1,88}/gsu) ?? ['']).map((piece, index) => ({ piece, isCut: index > 0 }));
