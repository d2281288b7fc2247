import { allRules } from './all-rules.ts';
import { type Answer, described } from './answer.ts';
import type { ConformanceOptions, ConformanceReport, ConformanceResult, ConformanceRule } from './options.ts';
import { createProbe, type Probe, sessionIn } from './probe.ts';
import type { Need, Rule } from './rule.ts';
import { type Target, targetOf } from './target.ts';
import { createTransport, NoAnswer, type Patience } from './transport.ts';
import { Unchecked, Violation } from './violation.ts';

/** Nothing could be checked at all: the server is not there, or nobody can log in. */
export class ConformanceError extends Error {
  override readonly name: string = 'ConformanceError';
}

/** Every rule there is, in the order in which they are checked. */
export const conformanceRules: readonly ConformanceRule[] = allRules.flatMap(({ name, rules }) =>
  rules.map((rule) => about(rule, name)),
);

function about({ id, title, level, section, why, needs = [] }: Rule, group: string): ConformanceRule {
  return { id, group, title, level, section: `protocol.md#${section}`, why, needs };
}

const missing: Readonly<Record<Need, string>> = {
  clock: 'It needs a clock that can be advanced.',
  otherUser: 'It needs another user.',
  origin: 'It needs an origin that the server allows.',
};

/**
 * Checks any server against the protocol, over HTTP alone.
 *
 * @example
 * const report = await checkConformance({
 *   url: 'http://localhost:3000',
 *   user: { username: 'ada', password: 'correct horse' },
 * });
 * report.results.filter(({ outcome }) => outcome === 'failed');
 *
 * @throws ConformanceError when the server does not answer, the login does not work, the clock does not advance, or `only` names
 * no rule.
 */
export async function checkConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const started = performance.now();
  const target = targetOf(options);
  const patience: Patience = { left: options.patience ?? 60_000 };
  const seen: Answer[] = [];
  const wanted = selected(options.only);
  await checkReachable(target, patience, seen);

  const results: ConformanceResult[] = [];
  /** By id, the broken rule that is the reason. */
  const broken = new Map<string, string>();
  for (const { rule, group } of wanted) {
    const transport = createTransport(target, patience, (answer) => void seen.push(answer));
    const from = performance.now();
    const verdict = await judged(rule, { target, broken, strict: options.strict ?? false }, () =>
      createProbe(target, transport, seen),
    );
    const { exchanges, notes } = transport;
    const cause = verdict.outcome === 'not-checked' ? basisOf(rule, broken) : rule.id;
    if (verdict.outcome !== 'passed' && cause !== undefined) broken.set(rule.id, cause);
    const result = { ...about(rule, group), ...verdict, notes, exchanges, duration: performance.now() - from };
    results.push(result);
    options.onResult?.(result);
  }

  const count = (wantedOutcome: ConformanceResult['outcome']) =>
    results.filter(({ outcome }) => outcome === wantedOutcome).length;
  const counts = {
    passed: count('passed'),
    failed: count('failed'),
    advised: count('advised'),
    notChecked: count('not-checked'),
  };
  return {
    version: 1,
    url: target.url.href,
    conforms: counts.failed === 0 && counts.passed + counts.advised > 0,
    counts,
    results,
    duration: performance.now() - started,
  };
}

function selected(only: readonly string[] | undefined): { rule: Rule; group: string }[] {
  const all = allRules.flatMap(({ name, rules }) => rules.map((rule) => ({ rule, group: name })));
  if (only === undefined || only.length === 0) return all;
  const names = (id: string, beginning: string) => id === beginning || /^[-.]/.test(id.slice(beginning.length));
  const isMeant = (id: string, beginning: string) => id.startsWith(beginning) && names(id, beginning);
  const unknown = only.filter((beginning) => !all.some(({ rule }) => isMeant(rule.id, beginning)));
  if (unknown.length > 0) throw new ConformanceError(`There is no rule ${unknown.join(', ')}.`);
  return all.filter(({ rule }) => only.some((beginning) => isMeant(rule.id, beginning)));
}

async function checkReachable(target: Target, patience: Patience, seen: Answer[]): Promise<void> {
  const transport = createTransport(target, patience, (answer) => void seen.push(answer));
  const probe = createProbe(target, transport, seen);
  const answered = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof NoAnswer) {
        const reason = error.message.replace(/^No answer: |\.$/g, '');
        throw new ConformanceError(`${what} does not answer: ${reason}.`, { cause: error });
      }
      if (error instanceof Unchecked) throw new ConformanceError(error.message, { cause: error });
      throw error;
    }
  };
  for (const who of ['user', 'otherUser'] as const) {
    const credentials = target[who];
    if (credentials === null) continue;
    const { username, password } = credentials;
    const login = probe.login({ username, password, client_id: target.clientId });
    const answer = await answered(`The server at ${target.url.href}`, login);
    if (sessionIn(answer) === null) {
      const where = new URL(target.endpoints.login, target.url).href;
      throw new ConformanceError(
        `The login of "${username}" does not work: POST ${where} was answered ${described(answer)}.`,
      );
    }
  }
  if (target.clock !== null) await answered(`The clock at ${target.clock.href}`, probe.advance(1));
}

const basisOf = ({ after = [] }: Rule, broken: ReadonlyMap<string, string>): string | undefined =>
  after.flatMap((id) => broken.get(id) ?? [])[0];

async function judged(
  rule: Rule,
  { target, broken, strict }: { target: Target; broken: ReadonlyMap<string, string>; strict: boolean },
  probe: () => Probe,
): Promise<Pick<ConformanceResult, 'outcome' | 'finding'>> {
  const notChecked = (finding: string) => ({ outcome: 'not-checked', finding }) as const;
  const lacking = rule.needs?.find((need) => target[need] === null);
  if (lacking !== undefined) return notChecked(missing[lacking]);
  const basis = basisOf(rule, broken);
  if (basis !== undefined) return notChecked(`It builds on ${basis}, which is broken.`);
  try {
    await rule.check(probe());
    return { outcome: 'passed', finding: null };
  } catch (error) {
    if (error instanceof Unchecked) return notChecked(error.message);
    if (!(error instanceof Violation)) throw error;
    return { outcome: rule.level === 'MUST' || strict ? 'failed' : 'advised', finding: error.message };
  }
}
