import type { IncomingMessage } from 'node:http';

/** What is read of a body nobody wants, so that its sender gets to read the answer. */
const mostDiscarded = 64 * 1_024 * 1_024;

export interface IncomingBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Reads what is left and drops it; breaks off when it is too much. */
  discardRest(): Promise<void>;
}

export function incomingBody(incoming: IncomingMessage): IncomingBody {
  let discarded: number | null = null;
  const over = new Promise<void>((resolve) => incoming.once('close', resolve).once('end', resolve));

  const discard = () => {
    discarded ??= 0;
    incoming.resume();
  };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.on('data', (chunk: Uint8Array) => {
        if (discarded === null) {
          controller.enqueue(new Uint8Array(chunk));
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
          return;
        }
        discarded += chunk.byteLength;
        if (discarded > mostDiscarded) incoming.destroy();
      });
      incoming.once('end', () => {
        if (discarded === null) controller.close();
      });
      incoming.once('error', (error) => {
        if (discarded === null) controller.error(error);
      });
      incoming.pause();
    },
    pull: () => void incoming.resume(),
    cancel: discard,
  });

  return {
    stream,
    async discardRest() {
      if (incoming.readableEnded || incoming.destroyed) return;
      discard();
      await over;
    },
  };
}
