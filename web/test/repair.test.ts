import { expect, test } from 'vitest'
import type { Rule, ValidationReport } from '#contract'
import { describeAction, describeRule } from '../pages/datasets/describe-rule.ts'
import { repairOf } from '../pages/datasets/repair.ts'

function report(rule: Rule, column: string, passed: boolean): ValidationReport {
  const result = { rule, column, passed, violations: 1, share: 0.1, examples: [] }
  return { passed, rows: 10, results: [result] }
}

test('a broken rule offers the cleaning of its own column; one that holds offers none', () => {
  const zero: Rule = { check: 'not_zero', columns: ['Glucose', 'BMI'] }
  expect(repairOf(report(zero, 'BMI', false))).toEqual([
    { action: 'zero_to_missing', columns: ['BMI'] },
  ])
  expect(repairOf(report(zero, 'BMI', true))).toEqual([])
})

test('a range is repaired by clipping to the ends it has', () => {
  const rule: Rule = { check: 'range', columns: ['Age'], max: 120 }
  expect(repairOf(report(rule, 'Age', false))).toEqual([
    { action: 'clip', columns: ['Age'], max: 120 },
  ])
})

test('what no cleaning can mend is left to people', () => {
  expect(repairOf(report({ check: 'unique', columns: ['id'] }, 'id', false))).toEqual([])
})

test('rules and actions read as sentences', () => {
  expect(describeRule({ check: 'range', columns: ['Age'], min: 18, max: 120 })).toBe(
    'Age must be 18 to 120',
  )
  expect(describeAction({ action: 'zero_to_missing', columns: ['BMI'] })).toBe(
    '0 made missing in BMI',
  )
})
