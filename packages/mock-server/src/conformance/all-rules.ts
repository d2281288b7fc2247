import type { RuleGroup } from './rule.ts';
import { corsRules } from './rules/cors.ts';
import { discoveryRules } from './rules/discovery.ts';
import { answerRules } from './rules/every-answer.ts';
import { lateLogoutRules } from './rules/late-logout.ts';
import { lifetimeRules } from './rules/lifetimes.ts';
import { loginRules } from './rules/login.ts';
import { logoutRules } from './rules/logout.ts';
import { refreshRules } from './rules/refresh.ts';
import { refusedLogoutRules } from './rules/refused-logout.ts';
import { repeatRules } from './rules/repeat.ts';
import { resourceRules } from './rules/resource.ts';
import { reuseRules } from './rules/reuse.ts';
import { revokeRules } from './rules/revoke.ts';
import { sessionRules } from './rules/sessions.ts';
import { ticketRules } from './rules/ticket.ts';
import { tokenRules } from './rules/tokens.ts';

/** In the order in which they are checked: what others build on comes first. */
export const allRules: readonly RuleGroup[] = [
  loginRules,
  tokenRules,
  resourceRules,
  logoutRules,
  refusedLogoutRules,
  ticketRules,
  revokeRules,
  refreshRules,
  reuseRules,
  repeatRules,
  lifetimeRules,
  lateLogoutRules,
  corsRules,
  discoveryRules,
  sessionRules,
  answerRules,
];
