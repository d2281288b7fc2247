import * as client from '../../packages/client/src/index.ts';
import {
  noteRecordKey,
  noteTokens,
  overhear,
  overhearRejection,
} from '../../packages/mock-server/src/testing/leak-watch.ts';

export * from '../../packages/client/src/index.ts';

/** What scenarios import as `@latchkey/client`: the same, and whatever a client tells or rejects with is listened to. */
export const createAuthClient: typeof client.createAuthClient = (options) => {
  noteRecordKey(options.storageKey ?? 'latchkey');
  const created = client.createAuthClient(options);
  created.subscribe((session, event) => overhear([session, event]));
  const { adoptTokens } = created;
  const listened: Partial<client.AuthClient> = {
    adoptTokens(response) {
      noteTokens(JSON.stringify(response));
      return adoptTokens(response);
    },
    api: overheardKy(created.api),
  };
  for (const name of ['login', 'logout', 'refresh', 'getAccessToken', 'fetch'] as const) {
    const original = created[name] as (...given: never[]) => Promise<unknown>;
    Object.assign(listened, { [name]: (...given: never[]) => overhearRejection(original(...given)) });
  }
  return Object.create(created, Object.getOwnPropertyDescriptors(listened));
};

/** `api(…)` and `api.get(…)` and so on. */
function overheardKy(api: client.AuthClient['api']): client.AuthClient['api'] {
  const call =
    (original: (...given: never[]) => unknown) =>
    (...given: never[]) =>
      overhearRejection(original(...given));
  return new Proxy(api, {
    apply: (target, _, given) => call(target)(...(given as never[])),
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      const isCall = typeof value === 'function' && /^(get|post|put|patch|head|delete)$/.test(String(name));
      return isCall ? call(value as (...given: never[]) => unknown) : value;
    },
  });
}
