import type { Endpoint, Trouble } from '../world/flight.ts';

export type User = 'ada' | 'bob';

/** The world a program runs in. */
export interface Setup {
  /** Feeds whatever is drawn by chance: jitter, names, tokens. */
  readonly seed: number;
  /** How many tabs are open at first. */
  readonly tabs: number;
  /**
   * What the server does with a refresh token that was exchanged before: answers a retry with the same key again, ends the
   * session, or only refuses.
   */
  readonly server: 'keyed' | 'strict' | 'refusing';
  readonly locks: boolean;
  /** How a tab learns of what others do: by messages, by storage events, or both. */
  readonly hears: 'both' | 'messages' | 'events';
  readonly renew: 'on-use' | 'while-visible';
  /** Whether and how Ada is signed in, and how much is left of it. */
  readonly start:
    | 'nobody'
    | 'fresh'
    | 'due'
    | 'expired'
    | 'adopted'
    | 'last minutes of the week'
    | 'last minutes of the session';
}

/** One thing that is done to the world. `tab` counts from 0; commands for a tab that is not there do nothing. */
export type Command =
  | { readonly do: 'step'; readonly pick: number }
  | { readonly do: 'advance'; readonly by: number }
  | { readonly do: 'sleep'; readonly by: number }
  | { readonly do: 'request'; readonly tab: number; readonly times: number; readonly streaming?: boolean }
  | { readonly do: 'token'; readonly tab: number; readonly minValidity: number }
  | { readonly do: 'refresh'; readonly tab: number; readonly force: boolean }
  | { readonly do: 'login'; readonly tab: number; readonly user: User }
  | { readonly do: 'adopt'; readonly tab: number; readonly user: User }
  | { readonly do: 'logout'; readonly tab: number }
  | { readonly do: 'reload' | 'kill' | 'open' | 'remount' | 'freeze' | 'thaw' | 'hide' | 'show'; readonly tab: number }
  | { readonly do: 'trouble'; readonly endpoint: Endpoint; readonly trouble: Trouble }
  | { readonly do: 'offline' }
  | { readonly do: 'online' }
  | { readonly do: 'jump'; readonly by: number }
  | { readonly do: 'clear'; readonly tab: number | null }
  | { readonly do: 'revoke' }
  | { readonly do: 'new password'; readonly user: User }
  | { readonly do: 'occupy lock' }
  | { readonly do: 'vacate lock' };

export interface Program {
  readonly setup: Setup;
  readonly commands: readonly Command[];
}
