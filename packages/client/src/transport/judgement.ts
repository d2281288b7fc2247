import { isAccessToken, isRefreshToken } from '../token/token-shape.ts';
import type { AuthProtocol, TokenOutcome, TokenPair } from './auth-protocol.ts';
import { missing, noAnswer, plainUrl, refusedWords, unsettledWords } from './failure-words.ts';
import { createRedaction } from './redaction.ts';

type Rejected = Extract<TokenOutcome, { kind: 'rejected' }>;
type Unavailable = Extract<TokenOutcome, { kind: 'unavailable' }>;

/** What became of a request for tokens, and what to say of it. Nothing in it holds a token that is known. */
export type AskOutcome =
  | (Extract<TokenOutcome, { kind: 'tokens' }> & {
      /** When it was answered, by the server's own clock in epoch milliseconds, where the page may read that. */
      readonly serverTime?: number;
    })
  | (Rejected & { readonly message: string })
  | (Unavailable & {
      readonly message: string;
      /** Whether the answer is what it will be the next time: it was understood, and is of no use. */
      readonly final?: boolean;
    });

/** How far a request came. */
export interface Course {
  readonly request: Request | undefined;
  readonly response: Response | undefined;
  readonly outcome?: TokenOutcome;
  readonly cause?: unknown;
}

/** What is told to nobody of what was sent: the pair, or whatever of the credentials may be a secret. */
function secretsOf(what: Readonly<Record<string, unknown>> | TokenPair): unknown[] {
  return Object.entries(what).flatMap(([name, value]) =>
    /pass|pw|secret|token|otp|pin|code/i.test(name) ? [value] : [],
  );
}

/** The tokens in an answer that was not understood. */
function tokensIn(body: unknown): unknown[] {
  const found: unknown[] = [];
  JSON.stringify(body, (name, value) => {
    if (/^(access|refresh|id)_?token$/i.test(name)) found.push(value);
    return value;
  });
  return found;
}

/** Judges an answer by what any protocol has to give, and puts what is wrong with it into words. Pure. */
export function judge(
  asked: 'login' | 'refresh',
  what: Parameters<AuthProtocol['login']>[0] | TokenPair,
  { request, response, outcome, cause }: Course,
): AskOutcome {
  const { kind, body } = Object(outcome) as { kind?: unknown; body?: unknown };
  const redaction = createRedaction([...secretsOf(what as TokenPair), ...tokensIn(body)]);
  const unavailable = (message: string, facts: Partial<Unavailable> & { final?: boolean } = {}): AskOutcome => ({
    ...facts,
    kind: 'unavailable',
    message: redaction.text(message),
    body: redaction.body(facts.body),
    cause: redaction.cause(facts.cause ?? cause),
  });
  if (!request) return unavailable(`The ${asked} request could not be made: ${(cause as Error | null)?.message}.`);
  if (!response) return unavailable(noAnswer(request.url));
  const where = `${request.method} ${plainUrl(request.url)}`;
  const { status } = response;
  const broken = `${where} was answered ${status}, but readTokens() of the protocol`;
  if (cause !== undefined) return unavailable(`${broken} threw: ${(cause as Error | null)?.message}.`);
  switch (kind) {
    case 'tokens': {
      const { tokens } = Object(outcome) as { tokens: Readonly<Record<string, unknown>> };
      const has = `The ${asked} answer has`;
      if (!isAccessToken(tokens['access_token'])) {
        const message = `${missing(has, 'access_token', true, body ?? tokens)} See jsonProtocol().`;
        return unavailable(message, { status, body, final: true });
      }
      if (asked === 'login' && !isRefreshToken(tokens['refresh_token'])) {
        const message = missing(has, 'refresh_token', tokens['refresh_token'] != null, body ?? tokens);
        const advice = ' If the server keeps it in a cookie, see docs/guides/your-own-server.md.';
        return unavailable(message + advice, { status, body, final: true });
      }
      const serverTime = Date.parse(response.headers.get('date') ?? '');
      return { ...(outcome as Extract<TokenOutcome, { kind: 'tokens' }>), ...(serverTime && { serverTime }) };
    }
    case 'rejected': {
      const rejected = outcome as Rejected;
      return {
        ...rejected,
        error: redaction.text(`${rejected.error}`),
        message: redaction.text(refusedWords(asked, where, rejected)),
        body: redaction.body(body),
      };
    }
    case 'unavailable': {
      const unsettled = outcome as Unavailable;
      const final = response.ok && body !== undefined && typeof body !== 'string';
      return unavailable(unsettledWords(asked, where, response, unsettled), { ...unsettled, final });
    }
    default:
      return unavailable(`${broken} returned ${outcome === undefined ? 'undefined' : 'no outcome'}.`);
  }
}
