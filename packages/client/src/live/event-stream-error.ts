/** The server answered something that is no stream, and asking again will not help: 403, 404, … */
export class EventStreamError extends Error {
  override name = 'EventStreamError' as const;
  readonly code = 'ERR_EVENT_STREAM';
  readonly retryable = false;
  readonly status: number;
  constructor({ status }: Response) {
    super(`The server answered ${status} instead of a stream of events.`);
    this.status = status;
  }
}
