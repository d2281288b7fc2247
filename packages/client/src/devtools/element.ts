import { checkClient, checkOptions } from '../check-options.ts';
import type { AuthClient } from '../client-types.ts';
import { has, isDuration, isFunction, isText, type Rules } from '../option-rules.ts';
import { type DevtoolsOptions, mountPanel } from './panel.ts';
import { style } from './style.ts';

export type { DevtoolsOptions } from './panel.ts';

/** `<latchkey-devtools>`: the three spans of the session, what happened, other tabs, and buttons. `view="bars"` shows the spans only. */
export interface LatchkeyDevtools extends HTMLElement {
  /** Shows this client from now on. */
  connect(client: AuthClient, options?: DevtoolsOptions): void;
  /** Draws now, instead of within the next second: for pages that move their own clock. */
  draw(): void;
}

const tag = 'latchkey-devtools';

const rules: Rules = {
  storageKey: isText,
  storage: (value) => has(value, 'getItem', 'setItem', 'removeItem'),
  now: isFunction,
  expiryMargin: isDuration,
  sessionLength: isDuration,
};

/** @throws ConfigurationError for what is no client, and for options that make no sense. */
function check(owner: string, client: unknown, options: unknown): void {
  checkClient(owner, client, 'subscribe', 'refresh', 'logout');
  checkOptions(owner, options, rules);
}

/**
 * Makes `<latchkey-devtools>` known to the page; calling it again does nothing. For development: import it where production
 * builds do not.
 *
 * @example
 * if (import.meta.env.DEV) {
 *   const { showDevtools } = await import('@latchkey/client/devtools');
 *   showDevtools(client);
 * }
 */
export function defineDevtools(): void {
  if (customElements.get(tag)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  customElements.define(
    tag,
    class extends HTMLElement {
      readonly #root = this.attachShadow({ mode: 'open' });
      #mount: (() => ReturnType<typeof mountPanel>) | null = null;
      #mounted: ReturnType<typeof mountPanel> | null = null;

      connect(client: AuthClient, options: DevtoolsOptions = {}): void {
        check('connect()', client, options);
        this.#root.adoptedStyleSheets = [sheet];
        this.disconnectedCallback();
        this.#mount = () => mountPanel(this.#root, client, options);
        if (this.isConnected) this.connectedCallback();
      }
      draw(): void {
        this.#mounted?.draw();
      }
      connectedCallback(): void {
        this.#mounted ??= this.#mount?.() ?? null;
      }
      disconnectedCallback(): void {
        this.#mounted?.stop();
        this.#mounted = null;
      }
    },
  );
}

/**
 * Shows the devtools of a client at the end of the page; returns the way to take them away.
 *
 * @param parent where to put them. Default `document.body`.
 * @example
 * const hide = showDevtools(client);
 */
export function showDevtools(
  client: AuthClient,
  { parent = document.body, ...options }: DevtoolsOptions & { parent?: ParentNode } = {},
): () => void {
  check('showDevtools()', client, options);
  defineDevtools();
  const shown = document.createElement(tag) as LatchkeyDevtools;
  shown.connect(client, options);
  parent.append(shown);
  return () => shown.remove();
}
