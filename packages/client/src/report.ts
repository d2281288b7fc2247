/** Lets the page's own error handling see a mistake of the application, as it sees that of an event listener of the DOM. */
export function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
