// For every test of a project: as in an Angular application, after the page is there and before anything of it runs.
import 'zone.js';

/** Where zone.js tells what goes wrong, which it would otherwise only write to the console. */
interface ZoneHooks {
  __zone_symbol__unhandledPromiseRejectionHandler(what: unknown): void;
  __zone_symbol__rejectionHandledHandler(what: { rejection: unknown }): void;
}

declare const Zone: {
  __load_patch(
    name: string,
    patch: (global: unknown, zone: ZoneHooks, api: { onUnhandledError: (error: Error) => void }) => void,
  ): void;
};

Zone.__load_patch('errors of the page', (_, zone, api) => {
  const exceptions = new Set<unknown>();
  const rejections = new Set<unknown>();
  const reasonOf = (what: unknown): unknown => (what as { rejection?: unknown } | null)?.rejection ?? what;
  // Told of exceptions and of rejections; of these the handler is told right after it.
  api.onUnhandledError = (error) => {
    exceptions.add(error);
    setImmediate(() => exceptions.delete(error) && process.emit('uncaughtException', error));
  };
  // Told too early: a native `await` looks at a promise only one turn of the microtasks later.
  zone.__zone_symbol__unhandledPromiseRejectionHandler = (what) => {
    const reason = reasonOf(what);
    exceptions.delete(what);
    rejections.add(reason);
    setImmediate(() => rejections.delete(reason) && process.emit('unhandledRejection', reason, Promise.resolve()));
  };
  zone.__zone_symbol__rejectionHandledHandler = (what) => void rejections.delete(reasonOf(what));
});
