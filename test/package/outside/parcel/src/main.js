import { createAuthClient } from '@latchkey/client';
import { createAuthClient as core } from '@latchkey/client/core';
import { dpopFetch } from '@latchkey/client/dpop';
import { eventStream } from '@latchkey/client/live';
import { createAuthServer } from '@latchkey/mock-server';

console.log(typeof createAuthClient, typeof core, typeof dpopFetch, typeof eventStream, typeof createAuthServer);
