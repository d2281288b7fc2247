import type { Backoff } from './backoff.ts';
import type { WebSocketOptions } from './web-socket-options.ts';

/** One connection from its beginning to its end. */
export function oneSocket(
  url: string,
  options: WebSocketOptions,
  accessToken: string,
  opened: Backoff['opened'],
  signal: AbortSignal,
): Promise<CloseEvent> {
  return new Promise((resolve) => {
    const socket = new (options.WebSocket ?? WebSocket)(url, options.protocols);
    let closed = (): void => {};
    const close = (): void => socket.close();
    signal.addEventListener('abort', close);
    socket.onopen = () => {
      closed = opened();
      options.authenticate(socket, accessToken);
    };
    // What was under way when the user left is not delivered.
    socket.onmessage = (event) => signal.aborted || options.onMessage?.(event);
    socket.onclose = (event) => {
      signal.removeEventListener('abort', close);
      closed();
      resolve(event);
    };
  });
}
