import { writeFileSync } from 'node:fs';
import { junitReport } from '../conformance/junit-report.ts';
import { ConformanceError, checkConformance, conformanceRules } from '../conformance/run.ts';
import { textReport } from '../conformance/text-report.ts';
import { type ConformanceCommand, conformanceUsage, readConformanceCommandLine } from './conformance-command-line.ts';
import { Failure, misuse, reasonOf } from './failure.ts';

export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  say(text: string): void;
  complain(text: string): void;
}

/** Runs `latchkey-conformance`. Returns its exit code: 0 conforms, 1 does not, 2 when nothing is known. */
export async function runConformanceCommand(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const command = readConformanceCommandLine(args, terminal.environment);
    if (typeof command === 'object') return await check(command, terminal);
    terminal.say({ help: conformanceUsage, version: `${terminal.version}\n`, list: rules }[command]);
    return 0;
  } catch (error) {
    // Whatever went wrong here, it says nothing about the server: never 1.
    const isOurs = error instanceof Failure || error instanceof ConformanceError;
    terminal.complain(`latchkey-conformance: ${isOurs ? error.message : `${reasonOf(error)}.`}\n`);
    return 2;
  }
}

async function check({ options, jsonFile, junitFile }: ConformanceCommand, { say }: Terminal): Promise<0 | 1> {
  const report = await checkConformance(options);
  say(textReport(report));
  if (jsonFile !== null) write(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  if (junitFile !== null) write(junitFile, junitReport(report));
  const { passed, advised, failed } = report.counts;
  if (passed + advised + failed === 0) throw misuse('None of these rules could be checked.');
  return report.conforms ? 0 : 1;
}

const rules: string = conformanceRules
  .map(({ id, level, title }) => `${id.padEnd(20)} ${level.padEnd(6)} ${title}\n`)
  .join('');

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw misuse(`The report "${file}" cannot be written: ${reasonOf(error)}.`);
  }
}
