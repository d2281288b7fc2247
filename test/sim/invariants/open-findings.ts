/**
 * What the simulation has found and the client does not do yet. Each flag takes one case out of the checks; without it the
 * simulation finds the case within seconds. A flag goes when its case is mended.
 */
export const openFindings = {
  /** Two tabs that write the outbox within 4 ms lose or revive entries. */
  sharedOutbox: false as boolean,
  /** An attempt whose session ended meanwhile leaves its entry in the log. */
  leftoverAttempt: false as boolean,
  /** Without locks, a refusal ends a session whose new pair another tab is storing at this moment. */
  hastyRefusal: false as boolean,
  /** A refresh that lands within 4 ms of a login or logout elsewhere brings the old session back. */
  staleRotation: false as boolean,
  /** With the clock far behind, a session that is over on the server is shown as signed in. */
  endedInTheFuture: false as boolean,
  /** A logout that could not be delivered at once is given up when the clock runs far ahead, and waits when it was set back. */
  outboxBelievesTheClock: false as boolean,
  /** A client that was disposed of still sends the refresh it had begun. */
  refreshAfterDispose: false as boolean,
  /** The clock, set during a refresh, makes timers of any length. */
  deadlineByTheClock: false as boolean,
};
