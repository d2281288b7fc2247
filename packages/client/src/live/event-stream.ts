import type { AuthError } from '../errors.ts';
import { isTransient, readRetryAfter } from '../transport/wire.ts';
import { createBackoff } from './backoff.ts';
import { EventStreamError, isEventStream } from './event-stream-error.ts';
import { checkEventStream, type EventStreamOptions, type LiveClient } from './live-client.ts';
import { type ServerEvent, serverEvents } from './server-events.ts';
import { headersFrom, type StreamPosition } from './stream-position.ts';
import { untilUserLeaves } from './until-user-leaves.ts';

/**
 * Server-sent events (WHATWG HTML §9.2) with the access token in `Authorization`, which `EventSource` cannot send. Connects
 * again where it left off, with a fresh access token, as long as the user stays signed in; ends when the server answers 204.
 *
 * @param url absolute, inside of `apis`, or relative to `baseUrl`.
 * @throws ConfigurationError for any other address; SessionChangedError, NotSignedInError, LoginRequiredError when the user is gone; EventStreamError for an answer that
 * is neither a stream of events nor a failure that may pass (408, 425, 429, 5xx).
 * @example
 * for await (const { type, data } of eventStream(client, 'events')) show(type, JSON.parse(data));
 */
export async function* eventStream(
  client: Pick<LiveClient, 'subscribe' | 'getAccessToken' | 'fetch' | 'apiUrl'>,
  url: string | URL,
  options: EventStreamOptions = {},
): AsyncGenerator<ServerEvent, void, void> {
  const { minValidity = 60_000, setTimer, signal: outer } = checkEventStream(client, options);
  const address = client.apiUrl(url);
  const over = untilUserLeaves(client, outer);
  const { signal } = over;
  const backoff = createBackoff(setTimer);
  const position: StreamPosition = { lastEventId: '' };
  try {
    for (;;) {
      signal.throwIfAborted();
      let [closed, least]: [() => void, number?] = [() => {}];
      try {
        await client.getAccessToken({ minValidity, signal });
        const response = await client.fetch(address, { headers: headersFrom(position), cache: 'no-store', signal });
        if (response.status === 204) return;
        if (isTransient(response.status)) least = readRetryAfter(response.headers);
        else if (!isEventStream(response)) throw new EventStreamError(response);
        else if (response.body) {
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
      if (!signal.aborted) await backoff.pause(signal, least ?? position.retry);
    }
  } finally {
    over.abort();
  }
}
