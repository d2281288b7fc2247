import type { AuthClient } from '../client-types.ts';
import { recordKeyOf } from '../storage/keys.ts';
import type { AuthStorage, SessionSnapshot } from '../types.ts';
import { element, say } from './dom.ts';
import { createEventList, lineOf } from './event-list.ts';
import { createKnobs } from './knobs.ts';
import { createOtherTabs } from './other-tabs.ts';
import { createPicture, spansOf } from './picture.ts';
import { createStoredSession } from './stored-session.ts';

/** What the devtools cannot read off the client. Give them what the client was given. */
export interface DevtoolsOptions {
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

const day = 86_400_000;

function defaultStorage(): AuthStorage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

function words(session: SessionSnapshot): string {
  const { status } = session;
  if (status === 'signed-in') return `signed in${session.claims?.sub ? ` as ${session.claims.sub}` : ''}`;
  return `${status === 'lapsed' ? 'lapsed' : 'signed out'}${session.reason ? `: ${session.reason}` : ''}`;
}

/** The server's name for the session that is shown. */
const sessionIdIn = (session: SessionSnapshot): string | null =>
  session.status === 'signed-out' ? null : session.sessionId;

/** A panel that is being shown. */
export interface Panel {
  draw(): void;
  stop(): void;
}

/** Fills `root` with the panel. */
export function mountPanel(root: ShadowRoot, client: AuthClient, options: DevtoolsOptions): Panel {
  const { storageKey = 'latchkey', storage = defaultStorage(), now = Date.now } = options;
  const { expiryMargin = 60_000, sessionLength = 90 * day } = options;
  const stored = createStoredSession(storage, recordKeyOf(storageKey), now, () => sessionIdIn(client.session));
  const picture = createPicture();
  const knobs = createKnobs(client, stored);
  const events = createEventList();
  const state = element('span', { class: 'state' });
  const persistence = element('span', { class: 'soft' });
  const tabs = element('ul', { class: 'tabs' });
  const name = Math.random().toString(36).slice(2, 6);

  const panel = element(
    'section',
    { class: 'panel', 'aria-label': 'Latchkey devtools' },
    element('p', { class: 'bar' }, state, persistence),
    picture.root,
    knobs.root,
    element(
      'div',
      { class: 'below' },
      element('div', {}, element('h2', {}, 'Events'), events.root),
      element('div', {}, element('h2', {}, 'Other tabs'), tabs),
    ),
  );

  const drawTabs = (): void =>
    tabs.replaceChildren(
      ...others.list.map(({ title, visible, phase }) =>
        element(
          'li',
          {},
          `${title || 'A tab'} `,
          element('span', { class: 'soft' }, `${phase}${visible ? '' : ', hidden'}`),
        ),
      ),
    );
  const note = () => ({ name, title: document.title, visible: !document.hidden, phase: words(client.session) });
  const others = createOtherTabs(`latchkey-devtools:${storageKey}`, note, drawTabs);

  let before = client.session;
  const draw = (): void => {
    const { session } = client;
    before = session;
    panel.dataset['status'] = session.status;
    say(state, words(session));
    say(persistence, `kept in ${client.persistence}`);
    picture.draw(spansOf(session, stored.times(), sessionLength), now());
    knobs.draw();
  };

  const unsubscribe = client.subscribe((_session, event) => {
    events.add(lineOf(event, before, now(), expiryMargin));
    draw();
    others.announce();
  });
  const ticking = setInterval(draw, 1_000);
  document.addEventListener('visibilitychange', others.announce);
  // Not every change is an event: one of the buttons makes the session older.
  globalThis.addEventListener('storage', draw);
  root.replaceChildren(panel);
  draw();

  return {
    draw,
    stop() {
      unsubscribe();
      clearInterval(ticking);
      document.removeEventListener('visibilitychange', others.announce);
      globalThis.removeEventListener('storage', draw);
      others.close();
      root.replaceChildren();
    },
  };
}
