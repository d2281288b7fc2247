import { beforeAll, expect, it } from 'vitest';
import { comparePolicies, type Verdict } from './logout-policies.ts';
import { expectSection } from './marked-section.ts';

let verdict: Verdict;
beforeAll(async () => {
  verdict = await comparePolicies();
});

it('the document compares the three policies as they are', () => {
  expectSection('should-logout-be-authenticated.md', 'three policies', verdict.table);
});

it('asking for the pair does the right thing in every story', () => {
  expect(verdict.wrong.pair).toEqual([]);
});

it('asking for a valid access token keeps users in, and asking for nothing lets strangers throw them out', () => {
  expect(verdict.wrong.bearer).toContain('The same, and closes the page at once');
  expect(verdict.wrong.bearer).toContain('A stolen access token alone, still valid');
  expect(verdict.wrong.nothing).toContain('A stranger who has read the session’s id somewhere');
});
