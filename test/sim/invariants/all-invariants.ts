import { answersAreNotWasted } from './answers-are-not-wasted.ts';
import { callsSettle } from './calls-settle.ts';
import { goodTokensAreUsed } from './good-tokens-are-used.ts';
import type { Invariant } from './invariant.ts';
import { listenersHearInTime } from './listeners-hear-in-time.ts';
import { nothingComesBack } from './nothing-comes-back.ts';
import { pairsDoNotAge } from './pairs-do-not-age.ts';
import { refreshesHaveAReason } from './refreshes-have-a-reason.ts';
import { requestsCarryTheirUser } from './requests-carry-their-user.ts';
import { sessionsEndForAReason } from './sessions-end-for-a-reason.ts';
import { theLastWordCounts } from './the-last-word-counts.ts';
import { tokensAreSpentOnce } from './tokens-are-spent-once.ts';
import { whatIsLeftIsTakenUp } from './what-is-left-is-taken-up.ts';

export const allInvariants: readonly Invariant[] = [
  tokensAreSpentOnce,
  refreshesHaveAReason,
  requestsCarryTheirUser,
  sessionsEndForAReason,
  nothingComesBack,
  answersAreNotWasted,
  callsSettle,
  goodTokensAreUsed,
  listenersHearInTime,
  pairsDoNotAge,
  theLastWordCounts,
  whatIsLeftIsTakenUp,
];
