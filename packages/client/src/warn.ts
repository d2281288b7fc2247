const told = new Set<string>();

/** Tells the developer, once. Called behind `development` only: no other build has a word of this. */
export function warnOnce(message: string): void {
  if (told.has(message)) return;
  told.add(message);
  console.warn(`Latchkey: ${message}`);
}
