import type { AuthClient } from '@latchkey/client/core';

/** The same client, and how many listen to it: an adapter that forgets one leaks a component each time. */
export function countListeners<Client extends AuthClient>(client: Client): { client: Client; listeners(): number } {
  let listening = 0;
  const counted: Client = Object.create(client, {
    subscribe: {
      value(listener: Parameters<Client['subscribe']>[0]) {
        listening++;
        const stop = client.subscribe(listener);
        return () => {
          listening--;
          stop();
        };
      },
    },
  });
  return { client: counted, listeners: () => listening };
}
