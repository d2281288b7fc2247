import { openStage, type Stage } from './sequence-stage.ts';

const stories: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async refresh({ act, client, note, server }) {
    server.clock.advance('21m');
    note('Page', '21 minutes later a request is made');
    await act(() => client.fetch('me'));
  },

  async 'lost answer'({ act, client, note, server }) {
    server.clock.advance('21m');
    server.faults.next('refresh', { loseResponse: true });
    note('Page', '21 minutes later, on a bad network');
    await act(() => client.fetch('me'));
  },

  async theft({ act, client, note, refreshToken, send, server }) {
    const fields = { grant_type: 'refresh_token', client_id: 'spa' };
    note('Thief', 'has got hold of R1');
    const stolen = await send('Thief', 'auth/refresh', { ...fields, refresh_token: refreshToken() });
    const { refresh_token } = (await stolen.json()) as { refresh_token: string };
    server.clock.advance('21m');
    note('Page', '21 minutes later a request is made');
    await act(() => client.fetch('me').catch(() => {}));
    await send('Thief', 'auth/refresh', { ...fields, refresh_token });
  },

  async logout({ act, client, note, server }) {
    server.clock.advance('5h');
    note('Page', '5 hours later the user logs out');
    await act(() => client.logout());
  },

  async 'logout offline'(stage) {
    const { act, client, note, server, signal } = stage;
    stage.online = false;
    note('Page', 'without a network the user logs out');
    await act(() => client.logout());
    server.clock.advance('1d');
    stage.online = true;
    note('Page', 'a day later there is a network again');
    await act(async () => signal({ type: 'online' }));
  },
};

/** Plays each story with a real client and a real server, and draws what they said. */
export async function tellSequences(): Promise<ReadonlyMap<string, string>> {
  const drawings = new Map<string, string>();
  for (const [name, play] of Object.entries(stories)) {
    const stage = await openStage();
    await play(stage);
    drawings.set(name, stage.drawing());
  }
  return drawings;
}
