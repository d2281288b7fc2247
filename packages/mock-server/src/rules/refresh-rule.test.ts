import { expect, it } from 'vitest';
import { resolvePolicy } from '../policy.ts';
import type { Found } from '../store/session-store.ts';
import { someFamily, someToken } from '../testing/rows.ts';
import { type RefreshAttempt, refreshRule } from './refresh-rule.ts';

const family = someFamily({ generation: 2 });
const rotatedAt = family.createdAt + 1_000;
const parent = someToken({ status: 'rotated', rotatedAt, keyHash: 'key-1', successor: 'sealed' });
const newest = someToken({ hash: 'hash-2', generation: 2, createdAt: rotatedAt });
const found: Found = { family, token: parent, newest, parent, keyUsedFor: 1 };

const attempt = (changes: Partial<RefreshAttempt> = {}): RefreshAttempt => ({
  clientId: 'spa',
  keyHash: 'key-1',
  deviceKey: null,
  successor: { hash: 'hash-3', revokeVerifier: 'verifier', sealed: 'sealed-3' },
  now: rotatedAt,
  isOverLimit: () => false,
  ...changes,
});

const policy = resolvePolicy();

it('gives the successor again to the last millisecond of the window, though it may be kept for longer', () => {
  const at = (now: number) => refreshRule(attempt({ now }), policy)(found).result;
  expect(at(rotatedAt + 120_000)).toMatchObject({ type: 'replayed', sealed: 'sealed' });
  expect(at(rotatedAt + 120_001)).toMatchObject({ type: 'ended', reason: 'replay_window' });
});

it('counts a retry and changes nothing else', () => {
  const { write } = refreshRule(attempt(), policy)(found);
  expect(write).toEqual({ family: { ...family, replayCount: 1 }, tokens: [] });
});

it('is pure: deciding twice from the same rows gives the same', () => {
  const rule = refreshRule(attempt({ keyHash: 'key-2' }), policy);
  const current = { family, token: newest, newest, parent, keyUsedFor: null };
  expect(rule(current)).toEqual(rule(current));
  expect(rule(current).result.type).toBe('rotated');
});

it('never moves the week backwards when an older request commits later', () => {
  const ahead = someFamily({ generation: 2, lastRotatedAt: rotatedAt + 500 });
  const { write } = refreshRule(
    attempt({ keyHash: null }),
    policy,
  )({ ...found, family: ahead, token: newest, keyUsedFor: null });
  expect(write?.family.lastRotatedAt).toBe(rotatedAt + 500);
});
