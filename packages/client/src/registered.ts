import type { AuthClient } from './client-types.ts';

/** The client that an application has registered with an adapter, or any. */
export type Registered<Register> = Register extends { client: infer Client extends AuthClient } ? Client : AuthClient;
