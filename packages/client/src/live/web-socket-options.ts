import { checkClient, checkOptions } from '../check-options.ts';
import { isFunction, isPath } from '../option-rules.ts';
import { type LiveOptions, liveRules } from './live-client.ts';

export interface WebSocketOptions extends LiveOptions {
  /** The socket is open: sends the token as the server wants it, and whatever else starts the conversation. */
  authenticate(socket: WebSocket, accessToken: string): void;
  onMessage?(event: MessageEvent): void;
  /** It will not connect again: the user is gone (`SessionChangedError`, `NotSignedInError`, …), or `close` was called. */
  onEnd?(reason: unknown): void;
  /** Subprotocols. Never a token: what names a protocol is logged like a URL. */
  protocols?: string | string[];
  /** Whether the server closed because of the token. Default: code 3000 (IANA: Unauthorized) or 4401. */
  isTokenExpired?(close: CloseEvent): boolean;
  /** Default `globalThis.WebSocket`. */
  WebSocket?: typeof WebSocket;
}

/** @throws ConfigurationError for what is no client, and for options that make no sense. */
export function checkWebSocket(client: unknown, options: unknown): void {
  checkClient('reconnectingWebSocket()', client, 'subscribe', 'getAccessToken', 'apiUrl', 'refresh');
  const rules = {
    ...liveRules,
    authenticate: isFunction,
    onMessage: isFunction,
    onEnd: isFunction,
    protocols: isPath,
    isTokenExpired: isFunction,
    WebSocket: isFunction,
  };
  checkOptions('reconnectingWebSocket()', options, rules, 'authenticate');
}
