import type { Refusal } from './refusal.ts';

/** Nothing an auth server says belongs in a cache (RFC 6749 §5.1). */
const always = { 'cache-control': 'no-store', pragma: 'no-cache', 'x-content-type-options': 'nosniff' };

export function json(body: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return typed('application/json', body, init);
}

export function empty(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...always, ...headers } });
}

/** RFC 6749 §5.2 for the OAuth endpoints; RFC 9457 for the others, which say `error` too, so that a client needs one parser. */
export function answerRefusal(refusal: Refusal, shape: 'oauth' | 'problem'): Response {
  const { status, error, message, members, headers } = refusal;
  const common = { error, ...members };
  return shape === 'oauth'
    ? json({ ...common, error_description: message }, { status, headers })
    : typed(
        'application/problem+json',
        { type: 'about:blank', title: message, status, ...common },
        { status, headers },
      );
}

function typed(type: string, body: unknown, init: { status?: number; headers?: Record<string, string> }): Response {
  return new Response(JSON.stringify(body), {
    status: init.status ?? 200,
    headers: { ...always, 'content-type': type, ...init.headers },
  });
}
