/** Something the owner of a session, or whoever runs the server, would want to know. */
export interface SecurityEvent {
  readonly type:
    | 'reuse'
    | 'replay'
    | 'replay_window'
    | 'pair_mismatch'
    | 'suspected_theft'
    | 'logout_stale'
    | 'unrecognised_token'
    /** A token that is bound to a key came without a proof by it: it was copied. */
    | 'key_not_proven';
  readonly at: number;
  readonly sid: string | null;
  readonly username: string | null;
}

export interface SecurityLog {
  readonly events: readonly SecurityEvent[];
  add(event: SecurityEvent): void;
  clear(): void;
}

const mostEvents = 1_000;

export function createSecurityLog(onChange: () => void): SecurityLog {
  const events: SecurityEvent[] = [];
  return {
    events,
    add(event) {
      events.push(event);
      if (events.length > mostEvents) events.shift();
      onChange();
    },
    clear: () => void events.splice(0),
  };
}
