import type { StreamPosition } from './stream-position.ts';

/** One event of a `text/event-stream`. */
export interface ServerEvent {
  /** Default `'message'`. */
  readonly type: string;
  readonly data: string;
  /** The last `id` so far. */
  readonly lastEventId: string;
}

/** The events in a `text/event-stream`, as they arrive (WHATWG HTML §9.2.6). `retry` is left to the caller's own backoff. */
export async function* serverEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  position: StreamPosition,
): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let id = position.lastEventId;
  let type = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // A carriage return at the end may be half of a line break.
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, name, text = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        if (name === 'data') data.push(text);
        if (name === 'event') type = text;
        if (name === 'id' && !text.includes('\0')) id = text;
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
