import type { SessionEvent, SessionSnapshot } from '../types.ts';
import { element } from './dom.ts';

/** One line of the list. */
export interface EventLine {
  readonly at: number;
  readonly type: string;
  readonly origin: string;
  /** What the event says, or why it came about as far as can be told. */
  readonly facts: string;
}

/** What an error says of itself and of what is underneath. Codes and names only: messages may be long. */
function chain(error: unknown): string {
  const words: string[] = [];
  // By shape: an error of another frame, or of another copy of a library, is no instance of ours.
  for (
    let at = error as (Error & { code?: string }) | undefined;
    at?.name && words.length < 4;
    at = at.cause as Error
  ) {
    words.push(String(at.code ?? at.name));
  }
  return words.join(' ← ');
}

/**
 * @param before the session as it was before the event.
 * @param margin milliseconds before expiry in which a use refreshes.
 */
export function lineOf(event: SessionEvent, before: SessionSnapshot, at: number, margin: number): EventLine {
  const { type, origin } = event;
  return { at, type, origin, facts: factsOf(event, before, at, margin) };
}

function factsOf(event: SessionEvent, before: SessionSnapshot, at: number, margin: number): string {
  switch (event.type) {
    case 'signed-in':
    case 'revocation-delivered':
      return `session ${event.sessionId.slice(0, 8)}${'server' in event ? `: ${event.server}` : ''}`;
    case 'token-refreshed':
      return refreshCause(before, at, margin);
    case 'lapsed':
    case 'signed-out':
      return event.reason;
    case 'user-changed':
      return `${event.from ?? 'somebody'} → ${event.to ?? 'somebody'}`;
    case 'session-expiring':
      return `${Math.round(event.msLeft / 1_000)} s left`;
    case 'session-extended':
      return '';
    case 'refresh-failed':
    case 'persistence-failed':
      return chain(event.error);
  }
}

function refreshCause(before: SessionSnapshot, at: number, margin: number): string {
  if (before.status !== 'signed-in') return '';
  const left = before.accessExpiresAt - at;
  if (left <= 0) return 'the access token had expired';
  return left <= margin ? 'the access token was about to expire' : 'asked for, or refused by the API';
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const longest = 100;

/** The newest on top. */
export function createEventList(): { readonly root: HTMLElement; add(line: EventLine): void } {
  const root = element('ol', { class: 'events' });
  return {
    root,
    add({ at, type, origin, facts }) {
      const line = element(
        'li',
        { 'data-type': type },
        element('time', {}, clock.format(at)),
        element('strong', {}, type),
        element(
          'span',
          { class: 'soft' },
          [facts, origin === 'other-tab' ? 'other tab' : ''].filter(Boolean).join(' · '),
        ),
      );
      root.prepend(line);
      while (root.childElementCount > longest) root.lastElementChild?.remove();
    },
  };
}
