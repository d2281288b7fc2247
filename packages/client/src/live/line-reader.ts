/**
 * Gives the lines that each piece of a text ends. A piece is looked through once, so that a long line costs no more than many
 * short ones. What no line break ends is given by nobody.
 */
export function createLineReader(): (piece: string) => string[] {
  let line = '';
  /** Whether a line feed at the beginning of the next piece belongs to the line break before it. */
  let isHalf = false;
  return (piece) => {
    const lines: string[] = [];
    let start = isHalf && piece[0] === '\n' ? 1 : 0;
    for (const { 0: lineBreak, index } of piece.matchAll(/\r\n?|\n/g)) {
      if (index < start) continue;
      lines.push(line + piece.slice(start, index));
      line = '';
      start = index + lineBreak.length;
    }
    line += piece.slice(start);
    if (piece) isHalf = piece.endsWith('\r');
    return lines;
  };
}
