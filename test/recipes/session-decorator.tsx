import { type AuthClient, createAuthClient } from '@latchkey/client';
import { AuthProvider } from '@latchkey/client/react';
import { createAuthServer } from '@latchkey/mock-server';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';

const baseUrl = 'https://api.example.com';

/** What a story may say in its parameters: `parameters: { session: 'lapsed' }`. Nobody is signed in without. */
type Wish = 'signed-in' | 'lapsed' | undefined;

async function clientFor(wish: Wish): Promise<AuthClient> {
  const server = createAuthServer({ users: [{ username: 'ada', password: 'lovelace' }] });
  const client = createAuthClient({
    baseUrl,
    storage: 'memory',
    platform: { now: server.clock.now, setTimer: server.clock.setTimer },
    fetch: (input, init) => server.fetch(new Request(input, init)),
  });
  if (wish) client.adoptTokens(await server.seedSession('ada'));
  if (wish === 'lapsed') server.clock.advance('8d');
  return client;
}

function WithSession({ wish, children }: { wish: Wish; children: ReactNode }): ReactNode {
  const [client, setClient] = useState<AuthClient>();
  useEffect(() => {
    const made = clientFor(wish);
    void made.then(setClient);
    return () => void made.then((old) => old.dispose());
  }, [wish]);
  return client && <AuthProvider client={client}>{children}</AuthProvider>;
}

/** For `decorators` in `.storybook/preview.tsx`. */
export function sessionDecorator(
  Story: () => ReactElement,
  { parameters }: { parameters: { session?: Wish } },
): ReactElement {
  return (
    <WithSession wish={parameters.session}>
      <Story />
    </WithSession>
  );
}
