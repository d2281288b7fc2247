/** What a login gave. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Of the access token, in milliseconds. */
  readonly lifetime: number;
}

/** The `Response`, still to be read; or what is left of it where the package has read it already. */
export type Answer = Response | { readonly status: number; readonly json?: never };

/** Sends a request of the application. */
export type Sender = (path: string) => Promise<Answer>;

/** One package, set up as its documentation says. Runs in the page. */
export interface Contender {
  /** Makes this session the one that the browser keeps, as after a login. */
  seed(session: Session, origin: string): void | Promise<void>;
  /** What an application does at its start. */
  open(origin: string): Sender | Promise<Sender>;
}

export interface ContenderPage {
  contender: Contender;
}
