import 'fake-indexeddb/auto';
import { sessionStoreContract } from '../store/session-store.contract.ts';
import { indexedDbStore } from './indexeddb-store.ts';

let databases = 0;

sessionStoreContract('IndexedDB', async () => {
  databases += 1;
  return indexedDbStore({ name: `contract-${databases}` });
});
