export { indexedDbSigningKeys } from './indexeddb/indexeddb-signing-keys.ts';
export { indexedDbStore } from './indexeddb/indexeddb-store.ts';
export { type SharedServerState, sharedServerState } from './indexeddb/shared-server-state.ts';
