/** How far a stream has come, over all of its connections. */
export interface StreamPosition {
  /** The last `id` of a block that is complete, with or without an event in it. */
  lastEventId: string;
  /** Milliseconds to wait at least before the next connection, as the server said. */
  retry?: number | undefined;
}

/** What asks a server for the events after this position. */
export function headersFrom({ lastEventId }: StreamPosition): Record<string, string> {
  // A header holds bytes; those of this one are UTF-8.
  const bytes = Array.from(new TextEncoder().encode(lastEventId), (byte) => String.fromCharCode(byte)).join('');
  return { accept: 'text/event-stream', ...(bytes && { 'last-event-id': bytes }) };
}
