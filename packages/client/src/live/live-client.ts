import type { SessionListener } from '../types.ts';

/** What a live connection needs of a client. */
export interface LiveClient {
  subscribe(listener: SessionListener): () => void;
  getAccessToken(options: { minValidity: number; signal: AbortSignal }): Promise<string>;
  refresh(options: { signal: AbortSignal }): Promise<unknown>;
  fetch(input: string | URL, init: RequestInit): Promise<Response>;
}

/** What every kind of connection takes. */
export interface LiveOptions {
  /** Milliseconds for which the access token of a new connection must still be good. Default 60 000. */
  minValidity?: number;
  /** Calls back once after so many milliseconds; returns the way to cancel. Default `setTimeout`. */
  setTimer?: (callback: () => void, delay: number) => () => void;
}
