import { isCount, isText, longestName } from './stored-values.ts';
import type { TabMessage } from './tab.ts';

const types = /^(started|changed|ended)$/;
const reasons = /^(logout|other-tab|revoked|refresh-rejected|user-changed|storage-cleared)$/;

/** What another tab said, whoever it was; `null` where it is no message. What is odd about one is left out. */
export function readMessage(data: unknown): TabMessage | null {
  const { type, id, over, reason, generation } = Object(data) as TabMessage;
  if (!isText(type) || !types.test(type) || !isText(id, longestName)) return null;
  return {
    type,
    id,
    ...(isText(over, longestName) && { over }),
    ...(isText(reason) && reasons.test(reason) && { reason }),
    ...(isCount(generation) && { generation }),
  };
}
