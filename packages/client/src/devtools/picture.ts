import type { SessionSnapshot } from '../types.ts';
import { element, say } from './dom.ts';
import { inShort, inWords } from './durations.ts';
import type { StoredTimes } from './stored-session.ts';

type Span = readonly [from: number, to: number] | null;

/** The three spans of time, innermost first; `null` for one that there is not, or of which the server never said a word. */
export interface Spans {
  readonly access: Span;
  readonly week: Span;
  readonly months: Span;
}

const none: Spans = { access: null, week: null, months: null };

/** @param sessionLength of the whole session in milliseconds: its beginning is not kept. Pure. */
export function spansOf(session: SessionSnapshot, times: StoredTimes | null, sessionLength: number): Spans {
  if (session.status === 'signed-out' || !times) return none;
  const { savedAt, accessExpiresAt, refreshableUntil, sessionEndsAt } = times;
  return {
    access: accessExpiresAt === null ? null : [savedAt, accessExpiresAt],
    week: refreshableUntil === null ? null : [savedAt, refreshableUntil],
    months: sessionEndsAt === null ? null : [sessionEndsAt - sessionLength, sessionEndsAt],
  };
}

const names = ['access', 'week', 'months'] as const;
const titles = {
  access: ['Access token', ''],
  week: ['Window', ' since the last refresh'],
  months: ['Session', ' since the login'],
} as const;
const absent = { access: 'no token', week: 'nothing to refresh', months: 'no session' } as const;

/** How far `at` is on the way, from 0 to 1. Pure. */
export function fraction(at: number, [from, to]: readonly [number, number]): number {
  return to <= from ? 1 : Math.min(1, Math.max(0, (at - from) / (to - from)));
}

function place(target: HTMLElement, inner: Span, outer: Span): void {
  if (!inner || !outer) return;
  target.style.setProperty('--a', String(fraction(inner[0], outer)));
  target.style.setProperty('--b', String(fraction(inner[1], outer)));
}

/** Three bars, each opening out of the one below it, with now on them. */
export function createPicture(): { readonly root: HTMLElement; draw(spans: Spans, now: number): void } {
  const parts = names.map((name, n) => {
    const lens = element('div', { class: 'lens off', 'aria-hidden': 'true' });
    const length = element('span', { class: 'soft' });
    const left = element('p', { class: 'left-words' });
    const window = element('div', { class: 'window' });
    const head = element('div', { class: 'head' }, ...(n > 0 ? [lens] : []));
    head.append(element('p', { class: 'name' }, `${titles[name][0]} `, length), left);
    const fill = element('div', { class: 'fill' });
    const needle = element('div', { class: 'needle' });
    const track = element('div', { class: 'track', 'aria-hidden': 'true' }, fill, ...(n > 0 ? [window] : []), needle);
    const root = element('div', { class: `span ${name} absent` }, head, track);
    return { name, root, lens, length, left, window };
  });
  const mark = element('span', { class: 'now-mark', 'aria-hidden': 'true' });
  const caption = element('figcaption', {}, mark, ' is now. Each bar opens out of the one below it.');
  return {
    root: element('figure', { class: 'picture' }, ...parts.map(({ root }) => root), caption),
    draw(spans, now) {
      for (const [n, { name, root, lens, length, left, window }] of parts.entries()) {
        const span = spans[name];
        const innerName = names[n - 1];
        const inner = innerName ? spans[innerName] : null;
        root.classList.toggle('absent', !span);
        root.classList.toggle('spent', span !== null && now >= span[1]);
        root.style.setProperty('--now', span ? String(fraction(now, span)) : '0');
        lens.classList.toggle('off', !span || !inner);
        place(lens, inner, span);
        place(window, inner, span);
        say(length, span ? `${inWords(span[1] - span[0])}${titles[name][1]}` : '');
        const words =
          span && (now < span[1] ? `${inShort(span[1] - now)} left` : `ended ${inShort(now - span[1])} ago`);
        say(left, words ?? absent[name]);
      }
    },
  };
}
