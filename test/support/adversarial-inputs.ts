import vm from 'node:vm';

/** `start`, so many `pump`s, and `end`: what makes a regular expression that backtracks try everything again. */
export interface Attack {
  readonly start: string;
  readonly pump: string;
  readonly end: string;
}

/** What an expression is tried with beside what it names itself. */
const alphabet = [...'aZ0_-=./:;,%&"\'\\+@!{}[]()<>#?~$^|* \t\n\r\0é\u2028'];
const ends = ['', '\0', '\n', 'a', '!', ' ', '\tb', '"'];
const escapes: Readonly<Record<string, readonly string[]>> = {
  d: ['0'],
  D: ['a', ' '],
  w: ['a', '0'],
  W: ['!', ' '],
  s: [' ', '\t'],
  S: ['a', '!'],
  b: [],
  B: [],
  n: ['\n'],
  r: ['\r'],
  t: ['\t'],
  '0': ['\0'],
};

/** The smallest parts of an expression, each as a few texts that it matches, in their order. */
export function partsOf({ source, flags }: RegExp): string[][] {
  const plain = flags.replace(/[gy]/g, '');
  const matching = (pattern: string) => {
    const one = new RegExp(`^(?:${pattern})$`, plain);
    const members = alphabet.filter((character) => one.test(character));
    return [members[0], members[Math.floor(members.length / 2)], members.at(-1)].filter((text) => text !== undefined);
  };
  const part =
    /\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|k<\w+>|.)|\[(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|:|<\w+>)|\{\d+,?\d*\}|[a-z_]{2,}(?![*+?{])|./gisu;
  const parts: string[][] = [];
  for (const [text] of source.matchAll(part)) {
    if (/^(?:\(|[)|*+?^$]$|\{\d)/.test(text)) continue;
    const named = text.startsWith('\\') ? escapes[text[1] ?? ''] : undefined;
    const samples = named ?? (text === '.' ? ['a', ' '] : /^(?:.|[a-z_]+)$/isu.test(text) ? [text] : matching(text));
    if (samples.length > 0) parts.push([...samples]);
    else if (text.startsWith('\\') && text.length === 2 && named === undefined) parts.push([text.slice(1)]);
  }
  return parts;
}

/** Every start, pump and end that can be made of an expression's own parts. */
export function attacksOn(expression: RegExp): Attack[] {
  const parts = partsOf(expression);
  const first = parts.map(([text = '']) => text);
  const starts = new Set(['', 'a']);
  const pumps = new Set<string>(alphabet);
  for (const samples of parts) for (const sample of samples) pumps.add(sample);
  for (let from = 0; from < first.length; from += 1) {
    starts.add(first.slice(0, from + 1).join(''));
    starts.add(first[from] ?? '');
    for (const length of [2, 3, first.length]) {
      pumps.add(first.slice(from, from + length).join(''));
    }
  }
  pumps.delete('');
  return [...starts].flatMap((start) => [...pumps].flatMap((pump) => ends.map((end) => ({ start, pump, end }))));
}

/**
 * Tries all attacks at a small size, and those that take long at two large ones. It runs in V8's own script runner because that
 * can stop a regular expression which would never end.
 */
const trial = new vm.Script(`(() => {
  const text = ({ start, pump, end }, length) => start + pump.repeat(Math.ceil(length / pump.length)) + end;
  const spent = (attack, length, tries) => {
    const input = text(attack, length);
    let least = Infinity;
    // What takes long is no accident: once is enough.
    for (let index = 0; index < tries && (index === 0 || least < 50); index += 1) {
      const before = now();
      input.replace(expression, '');
      input.split(expression);
      least = Math.min(least, now() - before);
    }
    return least;
  };
  for (const attack of attacks) {
    current.attack = attack;
    // What doubles with every character shows here.
    if (spent(attack, 24, 1) > 3 && spent(attack, 24, 3) > 3) return { attack, growth: Infinity, slowest: Infinity };
    if (spent(attack, 1_000, 1) < suspicious || spent(attack, 1_000, 5) < suspicious) continue;
    // On a busy machine one measurement may say anything; the least of several comes near the truth.
    let [once, twice] = [Infinity, Infinity];
    for (let round = 0; round < 6 && (round < 3 || twice / once > 2.5); round += 1) {
      once = Math.min(once, spent(attack, 10_000, 3));
      twice = Math.min(twice, spent(attack, 20_000, 3));
    }
    if (twice / once > 3) return { attack, growth: twice / once, slowest: twice };
  }
  return null;
})()`);

export interface Slow {
  readonly attack: Attack;
  /** How much longer twice the length takes; about 2 where an expression is linear, 4 where it is quadratic. */
  readonly growth: number;
  /** Milliseconds. */
  readonly slowest: number;
}

/** The first attack under which an expression takes more than its share of time; null when there is none. */
export function slowestAttack(expression: RegExp): Slow | null {
  const current: { attack: Attack | null } = { attack: null };
  const context = vm.createContext({
    expression,
    attacks: attacksOn(expression),
    current,
    now: () => performance.now(),
    suspicious: 0.15,
  });
  try {
    return trial.runInContext(context, { timeout: 20_000 }) as Slow | null;
  } catch (error) {
    // A time-out is an error of the runner's own realm.
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return { attack: current.attack as Attack, growth: Number.POSITIVE_INFINITY, slowest: 20_000 };
  }
}
