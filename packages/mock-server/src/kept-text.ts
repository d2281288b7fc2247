const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A text that is to be remembered, cut to so many characters, in memory of its own. A piece of a longer text would keep all of that
 * alive: engines make it point into the longer one.
 */
export function keptText(text: string, most: number): string {
  const kept = decoder.decode(encoder.encode(text.slice(0, most)));
  return text.length > most ? `${kept}…` : kept;
}
