import type { Page } from './page.ts';

/** What goes wrong with one request. */
export type Trouble =
  /** It never arrives, the connection breaks. */
  | { readonly kind: 'lost request' }
  /** The server did it, the answer never arrives, the connection breaks. */
  | { readonly kind: 'lost answer' }
  /** It arrives that many milliseconds later than usual. */
  | { readonly kind: 'slow request'; readonly by: number }
  /** Its answer arrives that many milliseconds later than usual. */
  | { readonly kind: 'slow answer'; readonly by: number }
  /** Neither answer nor end. */
  | { readonly kind: 'never' }
  /** Something before the server answers instead of it. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** Something before the server answers 200 with a page. */
  | { readonly kind: 'html' }
  /** The server gives out the tokens of another user. */
  | { readonly kind: 'mix-up' };

export type Endpoint = 'login' | 'refresh' | 'logout' | 'me';

/** The answer of the server, or of something before it, as it will reach the page. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One request on its way, and what became of it. */
export interface Flight {
  readonly id: number;
  readonly page: Page;
  readonly endpoint: Endpoint;
  readonly request: Request;
  /** Which call of the application it serves, where the URL says so. */
  readonly call: number | null;
  readonly sentAt: number;
  readonly trouble: Trouble | null;
  readonly accessToken: string | null;
  /** Fields of a form or members of a JSON object. */
  fields: Readonly<Record<string, string>>;
  /** What the server itself answered; null until then, and for ever where it was not asked. */
  served: Answer | null;
  servedAt: number | null;
  /** Whether the page is done with it: answered, failed or aborted. */
  settled: boolean;
  /** What the page got: an answer, a broken connection, or nothing yet. */
  got: Answer | 'broken' | null;
}
