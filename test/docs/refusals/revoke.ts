import { form } from '../example-server.ts';
import { met, plainly, tooManyGuesses, unknownToken } from './refusal-case.ts';

export const revokeRefusals = met(null, [
  ['no `token`', plainly(form('auth/revoke', {}))],
  ['an access token, or anything of its form', plainly(form('auth/revoke', { token: 'a.b.c' }))],
  tooManyGuesses(() => form('auth/revoke', { token: unknownToken })),
]);
