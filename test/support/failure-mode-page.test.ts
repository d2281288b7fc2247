import { expect, test } from 'vitest';
import { failureModeTables, idsIn, rowsOf, type TestResult } from './failure-mode-page.ts';
import type { FailureMode } from './failure-modes.ts';

const mode: FailureMode = {
  id: 'M1',
  name: 'One',
  here: 'All is well.',
  impossible: { webkit: 'No such thing.' },
  partly: { firefox: 'Half of it.' },
};
const result = (place: TestResult['place'], outcome: TestResult['outcome'], title = 'it works (M1)'): TestResult => ({
  place,
  outcome,
  title,
});
const row = (...results: TestResult[]) => failureModeTables([{ title: 'Modes', modes: [mode] }], results);

test('a title names modes in brackets, among other things', () => {
  expect(idsIn('all tabs (2 of them) refresh once (M1, TST-17, F12, held after commit)')).toEqual(['M1', 'F12']);
  expect(idsIn('M1: no brackets')).toEqual([]);
});

test('one test that failed makes a cross of all that passed', () => {
  expect(row(result('node', 'passed'), result('node', 'failed'))).toContain('| All is well. | ✗ |');
  expect(row(result('node', 'passed'), result('node', 'not run'))).toContain('| All is well. | ✓ |');
});

test('a test that did not run is no success', () => {
  expect(row(result('node', 'not run'))).toContain('| All is well. | not run |');
});

test('a test of another mode, or in another place, counts for nothing', () => {
  expect(row(result('chromium', 'passed', 'it works (M10)'))).toContain('| All is well. | – ¹ | – ² |');
});

test('what is not possible, and what is tested in part, have a note each', () => {
  const page = row(result('node', 'passed'), result('chromium', 'passed'), result('firefox', 'passed'));
  expect(page).toContain('| **M1** One | All is well. | ✓ | ✓ | ✓ ¹ | not possible here ² |');
  expect(page).toContain('1. Half of it.\n2. No such thing.');
  expect(rowsOf(page)).toEqual(['| **M1** One | All is well.']);
});
