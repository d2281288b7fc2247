/** The stable code of every error this package throws or rejects with. */
export type AuthErrorCode =
  | 'ERR_NOT_SIGNED_IN'
  | 'ERR_LOGIN_REQUIRED'
  | 'ERR_LOGIN_FAILED'
  | 'ERR_REFRESH_REJECTED'
  | 'ERR_REFRESH_UNAVAILABLE'
  | 'ERR_SESSION_CHANGED'
  | 'ERR_NOT_REPLAYABLE'
  | 'ERR_STORAGE'
  | 'ERR_CONFIGURATION';

/** What an error may carry besides its message. */
export interface AuthErrorFacts {
  /** The error underneath, where there is one. */
  cause?: unknown;
  /** The HTTP status that led here, where there was an answer. */
  status?: number | undefined;
  /** Whether the same call may succeed later without the user doing anything. Default `false`. */
  retryable?: boolean;
}

/**
 * The base of every error of this package. Decide by `code` (stable) or with {@link isAuthError}; the message is for people.
 * No error ever holds a token.
 *
 * @example
 * try { await client.fetch('orders'); }
 * catch (error) { if (isAuthError(error) && error.retryable) showOfflineBanner(); else throw error; }
 */
export class AuthError extends Error {
  override name = 'AuthError';
  declare readonly code: AuthErrorCode;
  declare readonly retryable: boolean;
  declare readonly status: number | undefined;

  constructor(code: AuthErrorCode, message: string, facts: AuthErrorFacts = {}) {
    const { cause, status, retryable = false } = facts;
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.retryable = retryable;
    this.status = status;
  }
}

/** There is no session, or it ended while this call was waiting. */
export class NotSignedInError extends AuthError {
  override name = 'NotSignedInError' as const;
  constructor(message = 'Nobody is signed in. Log in first.', facts?: AuthErrorFacts) {
    super('ERR_NOT_SIGNED_IN', message, facts);
  }
}

/** The session lapsed: the week or the three months are over, and the user has to log in again. */
export class LoginRequiredError extends AuthError {
  override name = 'LoginRequiredError' as const;
  /** Which of the two limits was reached. */
  declare readonly reason: 'window-passed' | 'session-expired';
  constructor(reason: 'window-passed' | 'session-expired', facts?: AuthErrorFacts) {
    super('ERR_LOGIN_REQUIRED', `The session has lapsed (${reason}). Log in again.`, facts);
    this.reason = reason;
  }
}

/** The server refused the credentials, or could not be asked (`retryable` tells which). */
export class LoginFailedError extends AuthError {
  override name = 'LoginFailedError' as const;
  /** The server's own error code, such as `invalid_grant` (RFC 6749 §5.2); `null` where nothing was decided (`retryable`). */
  declare readonly error: string | null;
  /** Milliseconds to wait before trying again, where the server said so. */
  declare readonly retryAfter: number | undefined;
  /**
   * What the server answered: parsed JSON, or a short text. For field messages and second factors. Not enumerable, so that a log
   * of the error does not drag it along. The tokens of a session are taken out of it.
   */
  declare readonly body: unknown;
  constructor(
    message: string,
    facts: AuthErrorFacts & { error?: string | null; retryAfter?: number | undefined; body?: unknown } = {},
  ) {
    super('ERR_LOGIN_FAILED', message, facts);
    this.error = facts.error ?? null;
    this.retryAfter = facts.retryAfter;
    Object.defineProperty(this, 'body', { value: facts.body });
  }
}

/** The server refused the refresh token: the session has ended. */
export class RefreshRejectedError extends AuthError {
  override name = 'RefreshRejectedError' as const;
  /** The server's own error code, such as `invalid_grant`. */
  declare readonly error: string;
  constructor(error: string, facts: AuthErrorFacts & { message?: string } = {}) {
    super('ERR_REFRESH_REJECTED', facts.message ?? `The refresh was refused (${error}).`, facts);
    this.error = error;
  }
}

/** No answer that settles anything: network, timeout, 408, 425, 429, 5xx, or not JSON. The session stays as it was. */
export class RefreshUnavailableError extends AuthError {
  override name = 'RefreshUnavailableError' as const;
  /** Milliseconds until the next attempt is allowed, where that is known. */
  declare readonly retryAfter: number | undefined;
  constructor(message: string, facts: AuthErrorFacts & { retryAfter?: number | undefined } = {}) {
    super('ERR_REFRESH_UNAVAILABLE', message, { retryable: true, ...facts });
    this.retryAfter = facts.retryAfter;
  }
}

/** Another user or session took over while this call was under way. It was not sent under the new one. */
export class SessionChangedError extends AuthError {
  override name = 'SessionChangedError' as const;
  constructor(
    message = 'Another session took over while this call was under way. Nothing was sent under that one.',
    facts?: AuthErrorFacts,
  ) {
    super('ERR_SESSION_CHANGED', message, facts);
  }
}

/** The access token was refused and the body was a stream, which cannot be sent twice. The token has been refreshed. */
export class NotReplayableError extends AuthError {
  override name = 'NotReplayableError' as const;
  /** The 401 that was answered. Not enumerable, so that a log of the error does not drag it along. */
  declare readonly response: Response;
  constructor(response: Response) {
    super(
      'ERR_NOT_REPLAYABLE',
      'The access token was refused (401), and a stream cannot be sent twice. Make it anew and send it again.',
      {
        status: response.status,
      },
    );
    Object.defineProperty(this, 'response', { value: response });
  }
}

/** The browser refused to store the session. It goes on in memory, for this tab. */
export class StorageError extends AuthError {
  override name = 'StorageError' as const;
  constructor(facts?: AuthErrorFacts) {
    super('ERR_STORAGE', 'The browser did not store the session. It goes on in memory, for this tab.', facts);
  }
}

/** An option or an argument makes no sense. Thrown at once, where the mistake is. */
export class ConfigurationError extends AuthError {
  override name = 'ConfigurationError' as const;
  constructor(message: string, facts?: AuthErrorFacts) {
    super('ERR_CONFIGURATION', message, facts);
  }
}

/** Whether `error` is one of this package's errors; also across realms and across two copies of the package. */
export function isAuthError(error: unknown): error is AuthError {
  // By shape: an `Error` of another realm is no instance of ours.
  const { code, retryable } = Object(error) as Partial<AuthError>;
  return /^ERR_[A-Z_]+$/.test(String(code)) && typeof retryable === 'boolean';
}
