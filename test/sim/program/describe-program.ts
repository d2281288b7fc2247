import type { Command, Program } from './program.ts';

function duration(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  let rest = Math.abs(milliseconds);
  if (rest === 0) return '0 ms';
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return sign + parts.join(' ');
}

export function describeCommand(command: Command): string {
  const words = Object.entries(command)
    .filter(([name]) => name !== 'do')
    .map(([name, value]) => {
      if (name === 'tab') return value === null ? 'by the user' : `tab ${(value as number) + 1}`;
      if (name === 'by' || name === 'minValidity') return duration(value as number);
      if (name === 'trouble') return JSON.stringify(value);
      return name === 'user' || name === 'endpoint' ? String(value) : `${name} ${value}`;
    });
  return [command.do, ...words].join(' · ');
}

/** A program as a person reads it. */
export function describeProgram({ setup, commands }: Program): string {
  const facts = Object.entries(setup).map(([name, value]) => `${name}: ${value}`);
  return [`  ${facts.join(', ')}`, ...commands.map((command) => `  ${describeCommand(command)}`)].join('\n');
}
