import type { World } from '../world/world.ts';
import { runCommand, thaw } from './run-command.ts';

/** Everything is well again: the network is back, tabs run, locks are free. Then time passes until all has come to rest. */
export async function heal(world: World): Promise<void> {
  const { network, locks, scheduler } = world;
  world.trace(world.you, '· all is well again');
  network.heal();
  world.setOnline(true);
  locks.vacate();
  for (const page of world.openPages) await thaw(world, page);
  if (world.openPages.length === 0) await runCommand(world, { do: 'open', tab: 0 });
  await scheduler.advance(1000);
  // Somebody looks at each of them.
  for (const page of world.openPages) await scheduler.act(page, null, () => page.show(true));
  // The longest pause before a logout is told to the server again is 15 minutes and a quarter.
  await scheduler.advance(20 * 60_000);
}
