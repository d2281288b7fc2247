import type { Answer } from '../answer.ts';
import { must } from '../violation.ts';

const durations = ['expires_in', 'refresh_token_timeout', 'authorization_expires_in'] as const;

/** Whether an answer with tokens has the seven members. @throws Violation */
export function checkTokenResponse({ json }: Answer): void {
  const tokens = json ?? {};
  const isText = (name: string) => typeof tokens[name] === 'string' && tokens[name] !== '';
  for (const name of ['access_token', 'refresh_token', 'token_type', 'sid']) {
    must(isText(name), `The token response has no text "${name}".`);
  }
  for (const name of durations) {
    const value = tokens[name];
    const isWhole = typeof value === 'number' && Number.isInteger(value) && value >= 0;
    must(isWhole, `"${name}" is ${shown(value)} instead of a whole number of seconds.`);
  }
  must(tokens['token_type'] === 'Bearer', `"token_type" is ${shown(tokens['token_type'])} instead of "Bearer".`);
}

const shown = (value: unknown): string =>
  value === undefined ? 'missing' : (JSON.stringify(value) ?? 'nothing').slice(0, 40);
