import { NotSignedInError, SessionChangedError } from '../errors.ts';
import type { LiveClient } from './live-client.ts';

/** Aborts when the user signs out or another one takes over, here or in another tab: what is open was opened for this one. */
export function untilUserLeaves({ subscribe }: Pick<LiveClient, 'subscribe'>, outer?: AbortSignal): AbortController {
  const over = new AbortController();
  const stop = subscribe((_, { type }) => {
    if (type === 'signed-out') over.abort(new NotSignedInError());
    if (type === 'user-changed') over.abort(new SessionChangedError());
  });
  const forward = (): void => over.abort(outer?.reason);
  outer?.addEventListener('abort', forward, { once: true });
  if (outer?.aborted) forward();
  over.signal.addEventListener('abort', () => {
    stop();
    outer?.removeEventListener('abort', forward);
  });
  if (over.signal.aborted) stop();
  return over;
}
