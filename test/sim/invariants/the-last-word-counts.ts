import type { AuthClient } from '@latchkey/client/core';
import type { Call } from '../world/calls.ts';
import type { Invariant } from './invariant.ts';

/** A login that is answered after a later login or logout of the same client begins no session. */
export const theLastWordCounts: Invariant = ({ violate }) => {
  const open = new Map<Call, { readonly client: AuthClient; readonly later: string[] }>();

  return {
    onCall(call) {
      const { kind, page, id } = call;
      if (kind !== 'login' && kind !== 'logout') return;
      for (const { client, later } of open.values()) if (client === page.client) later.push(`${kind} (call ${id})`);
      if (kind === 'login') open.set(call, { client: page.client, later: [] });
    },
    onSettled(call) {
      const { page, id, outcome } = call;
      const [later] = open.get(call)?.later ?? [];
      open.delete(call);
      if (later && outcome && 'value' in outcome)
        violate(`the login of call ${id} of ${page.name} counts, and a ${later} came after it`);
    },
  };
};
