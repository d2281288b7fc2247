import { type Clock, runningClock } from '../clock/clock.ts';
import { parseDuration } from '../clock/duration.ts';
import { completed, type Database } from './database.ts';

const setting = 'clock-advanced-by';

/** What tabs tell each other of the time. */
export interface AdvanceNews {
  send(advancedBy: number): void;
  receive(listener: (advancedBy: number) => void): void;
}

/**
 * A running clock that was advanced in all tabs when it was advanced in one. The sum is kept, so that a new tab starts in the
 * same time.
 */
export async function sharedClock(database: Database, news: AdvanceNews): Promise<Clock> {
  const clock = runningClock();
  let advancedBy = 0;

  function catchUp(sum: number): void {
    if (sum <= advancedBy) return;
    const missing = sum - advancedBy;
    advancedBy = sum;
    clock.advance(missing);
  }

  const keep = (span: number): Promise<number> =>
    database.transact('readwrite', ['settings'], async (tables) => {
      const sum = (((await completed(tables('settings').get(setting))) as number | undefined) ?? 0) + span;
      await completed(tables('settings').put(sum, setting));
      return sum;
    });

  news.receive(catchUp);
  catchUp(await keep(0));

  return {
    now: () => clock.now(),
    setTimer: (callback, delay) => clock.setTimer(callback, delay),
    advance(by) {
      const span = parseDuration(by);
      advancedBy += span;
      // Kept and told before the timers fire: what they do may take a while.
      void keep(span).then((sum) => {
        news.send(sum);
        catchUp(sum);
      }, ignoreLostStorage);
      clock.advance(span);
    },
  };
}

/** Without storage this tab still has its own time. */
const ignoreLostStorage = (): void => {};
