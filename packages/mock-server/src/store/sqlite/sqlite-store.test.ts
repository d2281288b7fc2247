import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { sessionStoreContract } from '../session-store.contract.ts';
import { sqliteStore } from './sqlite-store.ts';

sessionStoreContract('SQLite', async () => {
  const store = sqliteStore({ file: temporaryFolder()('sessions.sqlite') });
  onTestFinished(() => store.close());
  return store;
});
