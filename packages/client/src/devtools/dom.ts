/** An element with attributes and children. Text goes in as text: there is no way here to write HTML. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Sets text only where it differs, so that nothing is announced or painted again for nothing. */
export function say(target: Element | null, text: string): void {
  if (target && target.textContent !== text) target.textContent = text;
}
