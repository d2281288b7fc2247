export { eventStream } from './live/event-stream.ts';
export { EventStreamError } from './live/event-stream-error.ts';
export type { EventStreamOptions, LiveClient, LiveOptions } from './live/live-client.ts';
export { reconnectingWebSocket } from './live/reconnecting-web-socket.ts';
export type { ServerEvent } from './live/server-events.ts';
export type { WebSocketOptions } from './live/web-socket-options.ts';
