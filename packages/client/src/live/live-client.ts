import { checkClient, checkOptions } from '../check-options.ts';
import { isFunction, isSignal, isSpan, type Rules } from '../option-rules.ts';
import type { SessionListener } from '../types.ts';

/** What a live connection needs of a client. */
export interface LiveClient {
  subscribe(listener: SessionListener): () => void;
  getAccessToken(options: { minValidity: number; signal: AbortSignal }): Promise<string>;
  refresh(options: { signal: AbortSignal }): Promise<unknown>;
  apiUrl(url: string | URL): string;
  fetch(input: string | URL, init: RequestInit): Promise<Response>;
}

/** What every kind of connection takes. */
export interface LiveOptions {
  /** Milliseconds for which the access token of a new connection must still be good. Default 60 000. */
  minValidity?: number;
  /** Calls back once after so many milliseconds; returns the way to cancel. Default `setTimeout`. */
  setTimer?: (callback: () => void, delay: number) => () => void;
}

export interface EventStreamOptions extends LiveOptions {
  /** Ends the stream: the loop is left by the signal's reason. */
  signal?: AbortSignal;
}

export const liveRules: Rules = { minValidity: isSpan, setTimer: isFunction };

/** @throws ConfigurationError for what is no client, and for options that make no sense. */
export function checkEventStream(client: unknown, options: EventStreamOptions): EventStreamOptions {
  checkClient('eventStream()', client, 'subscribe', 'getAccessToken', 'apiUrl', 'fetch');
  checkOptions('eventStream()', options, { ...liveRules, signal: isSignal });
  return options;
}
