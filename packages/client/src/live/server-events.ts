import { createLineReader } from './line-reader.ts';
import type { StreamPosition } from './stream-position.ts';

/** One event of a `text/event-stream`. */
export interface ServerEvent {
  /** Default `'message'`. */
  readonly type: string;
  readonly data: string;
  /** The last `id` so far. */
  readonly lastEventId: string;
}

/** The events in a `text/event-stream`, as they arrive (WHATWG HTML §9.2.6). */
export async function* serverEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  position: StreamPosition,
): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const linesOf = createLineReader();
  let id = position.lastEventId;
  let type = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const line of linesOf(value)) {
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
        if (name === 'data') data.push(text);
        if (name === 'event') type = text;
        if (name === 'id' && !text.includes('\0')) id = text;
        if (name === 'retry' && /^\d+$/.test(text)) position.retry = Number(text);
        if (line !== '') continue;
        position.lastEventId = id;
        if (data.length > 0) yield { type: type || 'message', data: data.join('\n'), lastEventId: id };
        [type, data] = ['', []];
      }
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}
