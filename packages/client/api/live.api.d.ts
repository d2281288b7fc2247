import { SessionListener } from './core.js';

/** What a live connection needs of a client. */
interface LiveClient {
    subscribe(listener: SessionListener): () => void;
    getAccessToken(options: {
        minValidity: number;
        signal: AbortSignal;
    }): Promise<string>;
    refresh(options: {
        signal: AbortSignal;
    }): Promise<unknown>;
    apiUrl(url: string | URL): string;
    fetch(input: string | URL, init: RequestInit): Promise<Response>;
}
/** What every kind of connection takes. */
interface LiveOptions {
    /** Milliseconds for which the access token of a new connection must still be good. Default 60 000. */
    minValidity?: number;
    /** Calls back once after so many milliseconds; returns the way to cancel. Default `setTimeout`. */
    setTimer?: (callback: () => void, delay: number) => () => void;
}
interface EventStreamOptions extends LiveOptions {
    /** Ends the stream: the loop is left by the signal's reason. */
    signal?: AbortSignal;
}

/** One event of a `text/event-stream`. */
interface ServerEvent {
    /** Default `'message'`. */
    readonly type: string;
    readonly data: string;
    /** The last `id` so far. */
    readonly lastEventId: string;
}

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
declare function eventStream(client: Pick<LiveClient, 'subscribe' | 'getAccessToken' | 'fetch' | 'apiUrl'>, url: string | URL, options?: EventStreamOptions): AsyncGenerator<ServerEvent, void, void>;

/** The server answered something that is no stream, and asking again will not help: 403, 404, a page, … */
declare class EventStreamError extends Error {
    name: "EventStreamError";
    readonly code = "ERR_EVENT_STREAM";
    readonly retryable = false;
    readonly status: number;
    constructor({ status, headers }: Response);
}

interface WebSocketOptions extends LiveOptions {
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
declare function reconnectingWebSocket(client: Pick<LiveClient, 'subscribe' | 'getAccessToken' | 'refresh' | 'apiUrl'>, url: string | URL, options: WebSocketOptions): {
    close(): void;
};

export { EventStreamError, eventStream, reconnectingWebSocket };
export type { EventStreamOptions, LiveClient, LiveOptions, ServerEvent, WebSocketOptions };
