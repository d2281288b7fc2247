import type { AuthClient } from '../client-types.ts';
import { element } from './dom.ts';
import type { StoredSession } from './stored-session.ts';

/** What can be made to happen, and what is said of it. */
type Knob = readonly [label: string, turn: () => Promise<string> | string];

/** Buttons that bring about by hand what otherwise takes twenty minutes or a week. */
export function createKnobs(client: AuthClient, stored: StoredSession): { readonly root: HTMLElement; draw(): void } {
  const outcome = element('p', { class: 'outcome', role: 'status' });
  const knobs: readonly Knob[] = [
    [
      'Expire the access token',
      () => (stored.end('accessExpiresAt') ? 'Expired: the next use refreshes it.' : nothing),
    ],
    [
      'Let the week pass',
      () =>
        stored.end('accessExpiresAt', 'refreshableUntil')
          ? 'The session has lapsed: log in again, or log out.'
          : nothing,
    ],
    ['Refresh now', async () => `Refreshed: ${(await client.refresh({ force: true })).status}.`],
    ['Log out', async () => `Logged out; the server: ${(await client.logout()).server}.`],
  ];
  const buttons = knobs.map(([label, turn]) => {
    const button = element('button', { type: 'button' }, label) as HTMLButtonElement;
    button.addEventListener('click', () => {
      void (async () => {
        outcome.textContent = await Promise.resolve()
          .then(turn)
          .catch((error: Error) => error.name);
      })();
    });
    return button;
  });
  return {
    root: element('div', {}, element('div', { class: 'knobs' }, ...buttons), outcome),
    draw() {
      const isOver = client.session.status === 'signed-out';
      const isReadable = stored.times() !== null;
      for (const [n, button] of buttons.entries()) button.disabled = isOver || (n < 2 && !isReadable);
    },
  };
}

const nothing = 'There is no stored session to change.';
