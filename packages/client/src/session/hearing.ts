import type { TabChannel } from '../platform.ts';
import type { RefreshCoordinator } from '../refresh/refresh-coordinator.ts';
import { readMessage } from '../storage/read-message.ts';
import { forget, sweepLater, type Tab, type TabMessage } from '../storage/tab.ts';
import type { Acquire } from './acquire.ts';
import type { Revocations } from './revocations.ts';
import type { SessionWatch } from './session-watch.ts';

/** What a tab makes of what it hears from the page and from other tabs: hints, after which it looks for itself. */
export interface Hearing {
  /** Tells the other tabs. */
  say(message: TabMessage): void;
  dispose(): void;
}

/**
 * A message and the storage it is about travel by different ways, and either may come first. Milliseconds after which a tab
 * that heard of a change looks again.
 */
const laterLooks: readonly number[] = [20, 200];

/** How long a tab that saw a session vanish waits to hear why, in milliseconds. No request carries the session meanwhile. */
const timeToExplain = 50;

/**
 * How long a tab that heard of a login goes on with the session before it, in milliseconds, while storage does not show the
 * new one: it does so much sooner, except on a machine that is very busy. Looked for every so often.
 */
const timeToAppear = 240;
const sightCheck = 20;

/** Listens to the page and to the other tabs. A page that is put into the back/forward cache lets go of its channel. */
export function createHearing(
  tab: Tab,
  watch: SessionWatch,
  acquire: Acquire,
  coordinator: RefreshCoordinator,
  { deliver }: Revocations,
): Hearing {
  const { store, setTimer } = tab;
  let channel: TabChannel | null = null;

  const look = (): unknown => watch.look('other-tab');

  const note = ({ type, id, over, generation, reason = 'other-tab' }: TabMessage): void => {
    const heard = store.heard(id);
    if (generation) heard.generation = generation;
    if (over) forget(tab, over);
    if (type === 'ended') {
      heard.reason = reason;
      if (reason === 'other-tab') forget(tab, id);
    }
    if (type !== 'changed') sweepLater(tab);
  };

  /** Logins over the session that this tab still sees: without it, nobody would be signed in until the new one is in sight. */
  const announced: TabMessage[] = [];
  const noteAnnounced = (upTo = announced.at(-1)): void => {
    // One that is not there any more has been noted.
    for (const message of announced.splice(0, 1 + announced.indexOf(upTo as TabMessage))) note(message);
  };
  const awaitSight = (message: TabMessage, left = timeToAppear): void => {
    setTimer(() => {
      // Too early to clear away what it came over: the login may not be in sight yet.
      if (tab.isDisposed()) return;
      if (left > 0 && announced.includes(message) && store.read()?.id !== message.id) {
        awaitSight(message, left - sightCheck);
        return;
      }
      noteAnnounced(message);
      look();
    }, sightCheck);
  };

  const hear = (message: TabMessage): void => {
    if (message.over && store.read()?.id !== message.id) {
      announced.push(message);
      awaitSight(message);
      return;
    }
    if (message.type !== 'changed') noteAnnounced();
    note(message);
    look();
    for (const delay of laterLooks) setTimer(look, delay);
  };

  const open = (): void => {
    if (!tab.isAlone()) channel ??= tab.openChannel(tab.name);
    if (!channel) return;
    channel.onmessage = ({ data }) => {
      const message = readMessage(data);
      if (message) hear(message);
    };
  };
  const close = (): void => {
    channel?.close();
    channel = null;
  };

  const stopListening = tab.page.listen((signal) => {
    const { type } = signal;
    if (type === 'leaving') close();
    if (type === 'online') coordinator.wake(watch.known());
    if (type === 'restored') acquire.distrust();
    if (type === 'online' || type === 'visible' || type === 'restored') {
      open();
      deliver(type === 'online');
    }
    if (type !== 'storage') look();
    else if (signal.key === null) watch.look('other-tab', 'storage-cleared');
    else if (signal.key === tab.outboxKey) {
      const id = watch.known();
      // Said to a client that was not there yet, but noted.
      if (id && tab.outbox.has(id)) hear({ type: 'started', id: '', over: id });
      deliver();
    } else if (store.mayHold(signal.key)) {
      const id = watch.known();
      const reason = (): TabMessage['reason'] => (id ? store.heard(id).reason : undefined);
      const explain = (): unknown => watch.look('other-tab', reason() ?? 'other-tab');
      if (id && !store.read() && !reason()) setTimer(explain, timeToExplain);
      else explain();
      sweepLater(tab);
    }
  });
  open();

  return {
    say(message) {
      // Called while a page is being left, too: then it lets go of the channel again.
      const wasOpen = channel;
      open();
      try {
        channel?.postMessage(message);
      } catch {
        // Closed under us: the other tabs read storage anyway.
      }
      if (!wasOpen) close();
    },
    dispose() {
      stopListening();
      close();
    },
  };
}
