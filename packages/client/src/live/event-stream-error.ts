/** The server answered something that is no stream, and asking again will not help: 403, 404, a page, … */
export class EventStreamError extends Error {
  override name = 'EventStreamError' as const;
  readonly code = 'ERR_EVENT_STREAM';
  readonly retryable = false;
  readonly status: number;
  constructor({ status, headers }: Response) {
    const type = headers.get('content-type')?.slice(0, 100) ?? 'no content-type';
    super(`The server answered ${status} with ${type} instead of 200 with text/event-stream.`);
    this.status = status;
  }
}

/** Whether it is a stream of events (WHATWG HTML §9.2.3). Of several types the last one counts. */
export const isEventStream = ({ status, headers }: Response): boolean =>
  status === 200 && /(^|,)\s*text\/event-stream\s*(;|$)/i.test(headers.get('content-type') ?? '');
