import { readBytes } from '../http/body.ts';
import type { Clock } from './clock.ts';

const furthest = 400 * 24 * 3_600;

/**
 * Lets somebody else move the server's time: `POST {"advance": seconds}` is answered with `{"now": …}`, the new time in
 * milliseconds. For tests of a server from outside; whoever reaches it ends every session there is.
 */
export async function answerClock(clock: Clock, request: Request): Promise<Response> {
  const refused = (status: number, headers: Record<string, string> = {}) =>
    Response.json({ error: 'invalid_request' }, { status, headers });
  if (request.method !== 'POST') return refused(405, { allow: 'POST' });
  // A page of another origin can send only forms and plain text without being allowed to.
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return refused(415);
  const body: unknown = await readBytes(request, 1_024)
    .then((bytes) => JSON.parse(new TextDecoder().decode(bytes)))
    .catch(() => null);
  const advance = typeof body === 'object' && body !== null && 'advance' in body ? body.advance : null;
  if (typeof advance !== 'number' || !(advance >= 0 && advance <= furthest)) return refused(400);
  clock.advance(advance * 1_000);
  return Response.json({ now: clock.now() });
}
