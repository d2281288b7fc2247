import { AuthClient } from './core.js';
import { AuthStorage } from './core.js';

/** What the devtools cannot read off the client. Give them what the client was given. */
interface DevtoolsOptions {
    /** Default `'latchkey'`. */
    storageKey?: string;
    /** Default `localStorage`. Without a store that can be read here, two of the buttons and the bars stay empty. */
    storage?: AuthStorage;
    /** Epoch milliseconds. Default `Date.now()`. */
    now?: () => number;
    /** Milliseconds before expiry in which a use refreshes. Default 60 000. */
    expiryMargin?: number;
    /** Of the whole session, in milliseconds, for the lowest bar. Default 90 days. */
    sessionLength?: number;
}

/** `<latchkey-devtools>`: the three spans of the session, what happened, other tabs, and buttons. `view="bars"` shows the spans only. */
interface LatchkeyDevtools extends HTMLElement {
    /** Shows this client from now on. */
    connect(client: AuthClient, options?: DevtoolsOptions): void;
    /** Draws now, instead of within the next second: for pages that move their own clock. */
    draw(): void;
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
declare function defineDevtools(): void;
/**
 * Shows the devtools of a client at the end of the page; returns the way to take them away.
 *
 * @param parent where to put them. Default `document.body`.
 * @example
 * const hide = showDevtools(client);
 */
declare function showDevtools(client: AuthClient, { parent, ...options }?: DevtoolsOptions & {
    parent?: ParentNode;
}): () => void;

export { defineDevtools, showDevtools };
export type { DevtoolsOptions, LatchkeyDevtools };
