import { answersAreNotWasted } from './answers-are-not-wasted.ts';
import { callsSettle } from './calls-settle.ts';
import type { Invariant } from './invariant.ts';
import { nothingComesBack } from './nothing-comes-back.ts';
import { refreshesHaveAReason } from './refreshes-have-a-reason.ts';
import { requestsCarryTheirUser } from './requests-carry-their-user.ts';
import { sessionsEndForAReason } from './sessions-end-for-a-reason.ts';
import { tokensAreSpentOnce } from './tokens-are-spent-once.ts';

export const allInvariants: readonly Invariant[] = [
  tokensAreSpentOnce,
  refreshesHaveAReason,
  requestsCarryTheirUser,
  sessionsEndForAReason,
  nothingComesBack,
  answersAreNotWasted,
  callsSettle,
];
