import type { AuthServer } from '../auth-server.ts';
import { hour, second } from '../clock/duration.ts';
import { createAuthServer } from '../create-auth-server.ts';
import { type RunningServer, type ServeOptions, serve } from '../node.ts';
import { nodePasswordHasher } from '../node-password-hasher.ts';
import { revokeAll } from '../session-administration.ts';
import type { ServeCommand } from './command-line.ts';
import { Failure, reasonOf } from './failure.ts';
import { openState } from './open-state.ts';
import { readUsersFile, refuseWeakPasswords } from './users-file.ts';

export interface Serving {
  readonly url: string;
  readonly place: string;
  readonly userCount: number;
  /** Lets requests under way finish, and lets go of the database. */
  stop(): Promise<void>;
}

/** How long requests under way may take when the server is told to stop. */
const grace = 10 * second;

/** @throws Failure for what whoever runs the command can put right. */
export async function startServing(
  command: ServeCommand,
  hearing: Pick<ServeOptions, 'onForeignPage'> = {},
): Promise<Serving> {
  const { usersFile, database, origins, issuer, weakPasswords } = command;
  const given = usersFile === null ? [] : readUsersFile(usersFile);
  if (usersFile !== null && !weakPasswords) await refuseWeakPasswords(usersFile, given);
  const passwordHasher = nodePasswordHasher();
  const { changed, place, close, users, store, signingKeys, accounts } = await openState(
    database,
    given,
    passwordHasher,
  );
  try {
    const server = createAuthServer({
      users,
      store,
      ...(signingKeys !== undefined && { signingKeys }),
      ...(accounts !== undefined && { renewPasswordHash: accounts.renew }),
      ...(issuer !== null && { issuer }),
      allowedOrigins: origins,
      passwordHasher,
    });
    for (const userId of changed)
      await revokeAll(store, { userId, reason: 'password_change', now: server.clock.now() });
    const running = await listening(server, command, hearing);
    const stopPurging = purgeEvery(hour, server);
    return {
      url: running.url,
      place,
      userCount: users.length,
      async stop() {
        stopPurging();
        await running.close({ grace });
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listening(
  server: AuthServer,
  command: ServeCommand,
  hearing: Pick<ServeOptions, 'onForeignPage'>,
): Promise<RunningServer> {
  const { port, host, proxies, clockEndpoint, publicOrigin } = command;
  try {
    return await serve(server, {
      port,
      host,
      proxies,
      clockEndpoint,
      ...hearing,
      ...(publicOrigin !== null && { origin: publicOrigin }),
    });
  } catch (error) {
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const reason = inUse ? 'somebody else does' : reasonOf(error);
    throw new Failure(`It cannot listen on port ${port} of ${host}: ${reason}.`, 1, { cause: error });
  }
}

function purgeEvery(span: number, server: AuthServer): () => void {
  // A database that is away now is purged the next time.
  const purge = () => void server.sessions.purge().catch(() => {});
  const timer = setInterval(purge, span);
  timer.unref();
  purge();
  return () => clearInterval(timer);
}
