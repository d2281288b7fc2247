import type { FailureMode, Place } from './failure-modes.ts';

/** One test of a run. */
export interface TestResult {
  readonly title: string;
  readonly place: Place;
  readonly outcome: 'passed' | 'failed' | 'not run';
}

export interface Chapter {
  readonly title: string;
  readonly modes: readonly FailureMode[];
}

const places: readonly Place[] = ['node', 'chromium', 'firefox', 'webkit'];
const placeNames: Record<Place, string> = { node: 'Node', chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

/** The ids of modes in a title: `… (M1, TST-17)`. */
export const idsIn = (title: string): string[] =>
  [...title.matchAll(/\(([^()]*)\)/g)].flatMap(([, inside = '']) =>
    inside.split(', ').filter((word) => /^[A-Z]\d{1,2}$/.test(word)),
  );

/** A number that stands above the line: not every renderer of Markdown knows footnotes. */
const raised = (n: number): string => [...String(n)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');

/** Notes in the order in which they are first needed; the same text is one note. */
function createNotes(): { readonly texts: readonly string[]; mark(text: string): string } {
  const texts: string[] = [];
  return {
    texts,
    mark(text) {
      if (!texts.includes(text)) texts.push(text);
      return ` ${raised(texts.indexOf(text) + 1)}`;
    },
  };
}

const elsewhereTested = (place: Place): string =>
  place === 'node' ? 'Tested in browsers only.' : 'Nothing in it depends on the engine: tested in Node.';

/** A table for each chapter, and the notes, as Markdown. */
export function failureModeTables(chapters: readonly Chapter[], results: readonly TestResult[]): string {
  const notes = createNotes();
  const cell = (mode: FailureMode, place: Place): string => {
    const own = results.filter((result) => result.place === place && idsIn(result.title).includes(mode.id));
    const outcomes = new Set(own.map(({ outcome }) => outcome));
    const partly = mode.partly?.[place];
    const impossible = mode.impossible?.[place];
    if (outcomes.has('failed')) return '✗';
    if (outcomes.has('passed')) return partly === undefined ? '✓' : `✓${notes.mark(partly)}`;
    if (outcomes.has('not run')) return 'not run';
    if (impossible !== undefined) return `not possible here${notes.mark(impossible)}`;
    return `–${notes.mark(elsewhereTested(place))}`;
  };
  const header = ['Mode', 'What happens here', ...places.map((place) => placeNames[place])];
  const table = ({ title, modes }: Chapter): string => {
    const rows = modes.map((mode) => [
      `**${mode.id}** ${mode.name}`,
      mode.here,
      ...places.map((place) => cell(mode, place)),
    ]);
    const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
    return `## ${title}\n\n${lines.join('\n')}`;
  };
  const tables = chapters.map(table);
  return [...tables, notes.texts.map((text, n) => `${n + 1}. ${text}`).join('\n')].join('\n\n');
}

/** The first two columns, which no run changes. */
export const rowsOf = (markdown: string): string[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| **'))
    .map((line) => line.split(' | ').slice(0, 2).join(' | '));
