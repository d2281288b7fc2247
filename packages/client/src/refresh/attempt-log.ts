/** The last attempt to refresh one session. Holds no token. */
export interface AttemptEntry {
  /** Which session, by its local name. */
  readonly id: string;
  /** Which tab's attempt it is: a random name, new with every page. */
  readonly by: string;
  /** When an attempt began that has not ended: after a crash it is taken up at once, while the server still remembers it. */
  readonly begunAt: number | null;
  /** Attempts in a row that settled nothing. */
  readonly failures: number;
  /** No attempt before this instant. */
  readonly notBefore: number;
  /** Whether there was no answer at all, so that a network that is back ends the cool-down. */
  readonly offline: boolean;
}

/** What all tabs know of the attempts so far. Empty after a success and after a logout. */
export interface AttemptLog {
  read(id: string): AttemptEntry | null;
  write(entry: AttemptEntry): void;
  /** Forgets what is known of that session. */
  clear(id: string): void;
}
