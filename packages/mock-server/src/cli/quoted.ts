/**
 * What somebody typed, for a message, without what may be a password: an address with credentials in the wrong place, or with a slip
 * of the pen in it, is not shown up to its `@`, nor a setting such as `password=…` behind its `=`.
 */
export function quoted(text: string): string {
  const at = text.lastIndexOf('@');
  const shown = at === -1 ? text : `…${text.slice(at)}`;
  const equals = shown.indexOf('=');
  const kept = equals === -1 ? shown : `${shown.slice(0, equals)}=…`;
  return kept.length > 100 ? `${kept.slice(0, 100)}…` : kept;
}

/** The first sentence of what Node says of a wrong command, which repeats what was typed. */
export function firstSentence(error: unknown, args: readonly string[]): string {
  const message = error instanceof Error ? error.message : '';
  const shown = args.reduce((text, arg) => (arg === '' ? text : text.replaceAll(arg, quoted(arg))), message);
  const [sentence = ''] = shown.split(/\.\s|\n/);
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
}
