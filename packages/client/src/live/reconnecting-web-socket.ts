import { createBackoff } from './backoff.ts';
import type { LiveClient } from './live-client.ts';
import { oneSocket } from './one-socket.ts';
import { socketUrl } from './socket-url.ts';
import { untilUserLeaves } from './until-user-leaves.ts';
import { checkWebSocket, type WebSocketOptions } from './web-socket-options.ts';

/**
 * A WebSocket that connects again with a fresh access token, as long as the user stays signed in. The token is not there
 * before the socket is open, so that it gets into no URL (RFC 6750 §2.3).
 * @param url `wss:` (`ws:` to localhost) or relative to `baseUrl`; inside of `apis`, where it is written with `https:`.
 * @throws ConfigurationError for any other address, and for options that make no sense.
 * @example
 * const live = reconnectingWebSocket(client, 'wss://api.example.com/live', {
 *   authenticate: (socket, accessToken) => socket.send(JSON.stringify({ type: 'authenticate', accessToken })),
 *   onMessage: ({ data }) => show(JSON.parse(data)),
 * });
 * live.close();
 */
export function reconnectingWebSocket(
  client: Pick<LiveClient, 'subscribe' | 'getAccessToken' | 'refresh' | 'apiUrl'>,
  url: string | URL,
  options: WebSocketOptions,
): { close(): void } {
  checkWebSocket(client, options);
  const address = socketUrl(client, url);
  const { minValidity = 60_000, isTokenExpired = ({ code }) => code === 3000 || code === 4401 } = options;
  const over = untilUserLeaves(client);
  const { signal } = over;
  const backoff = createBackoff(options.setTimer);

  const run = async (): Promise<void> => {
    /** The token of the last connection, if that is what the server did not like. */
    let refused = '';
    /** Whether that has brought a refresh, and no connection has lasted since. */
    let renewed = false;
    while (!signal.aborted) {
      try {
        const accessToken = await client.getAccessToken({ minValidity, signal });
        if (signal.aborted) break;
        // A server that refuses a fresh token, too, means something else by it.
        if (accessToken === refused && !renewed) {
          await client.refresh({ signal });
          renewed = true;
          continue;
        }
        const close = await oneSocket(address, options, accessToken, backoff.opened, signal);
        refused = isTokenExpired(close) ? accessToken : '';
        if (backoff.lasted) renewed = false;
      } catch (error) {
        if (!(error as { retryable?: boolean }).retryable) over.abort(error);
      }
      if (!signal.aborted) await backoff.pause(signal);
    }
    options.onEnd?.(signal.reason);
  };
  void run();
  return { close: () => over.abort() };
}
