import type { AuthError } from '../errors.ts';
import { isTransient } from '../transport/wire.ts';
import { createBackoff } from './backoff.ts';
import { EventStreamError } from './event-stream-error.ts';
import { checkEventStream, type EventStreamOptions, type LiveClient } from './live-client.ts';
import { type ServerEvent, serverEvents } from './server-events.ts';
import { headersFrom } from './stream-position.ts';
import { untilUserLeaves } from './until-user-leaves.ts';

/**
 * Server-sent events (WHATWG HTML §9.2) with the access token in `Authorization`, which `EventSource` cannot send. Connects
 * again where it left off, with a fresh access token, as long as the user stays signed in; ends when the server answers 204.
 *
 * @throws SessionChangedError, NotSignedInError, LoginRequiredError when the user is gone; EventStreamError for a refusal.
 * @example
 * for await (const { type, data } of eventStream(client, 'events')) show(type, JSON.parse(data));
 */
export async function* eventStream(
  client: Pick<LiveClient, 'subscribe' | 'getAccessToken' | 'fetch'>,
  url: string | URL,
  options: EventStreamOptions = {},
): AsyncGenerator<ServerEvent, void, void> {
  const { minValidity = 60_000, setTimer, signal: outer } = checkEventStream(client, options);
  const over = untilUserLeaves(client, outer);
  const { signal } = over;
  const backoff = createBackoff(setTimer);
  const position = { lastEventId: '' };
  try {
    for (;;) {
      signal.throwIfAborted();
      let closed = (): void => {};
      try {
        await client.getAccessToken({ minValidity, signal });
        const response = await client.fetch(url, { headers: headersFrom(position), cache: 'no-store', signal });
        if (response.status === 204) return;
        if (!response.ok && !isTransient(response.status)) throw new EventStreamError(response);
        if (response.ok && response.body) {
          closed = backoff.opened();
          for await (const event of serverEvents(response.body, position)) {
            // What was under way when the user left is not delivered.
            signal.throwIfAborted();
            yield event;
          }
        }
      } catch (error) {
        if ((error as Partial<AuthError>).retryable === false) throw error;
      } finally {
        closed();
      }
      if (!signal.aborted) await backoff.pause(signal);
    }
  } finally {
    over.abort();
  }
}
