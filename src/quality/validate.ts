import {
  BadPattern,
  linearPattern,
  TidemillError,
  type Rule,
  type ValidationReport,
} from '#contract'
import { column as columnOf, valueAt, type Column, type Table, type Value } from '#table'

type RuleResult = ValidationReport['results'][number]
type Cell = RuleResult['examples'][number]['value']

const shownExamples = 5
/**
 * What a rule may cost at one cell, and what is new to its pattern over a whole column: some seconds. What the pattern has met before
 * costs nothing, so that ordinary ones come nowhere near, however long the column is.
 */
const mostEffort = 10_000_000
const mostTogether = 200_000_000

/** Checks a table against rules, one result a rule and column. A warning that is broken does not fail the whole. */
export function validate(table: Table, rules: readonly Rule[]): ValidationReport {
  const results = rules.flatMap((rule) => check(table, rule))
  return {
    passed: results.every((result) => result.passed || result.rule.severity === 'warning'),
    rows: table.length,
    results,
  }
}

function check(table: Table, rule: Rule): RuleResult[] {
  if (rule.check === 'row_count') return [rowCount(table, rule)]
  const columns = rule.columns ?? []
  if (columns.length === 0) {
    throw new TidemillError('bad_request', { problem: `The rule ${rule.check} names no columns.` })
  }
  return columns.map((name) => {
    const column = columnOf(table, name)
    try {
      return resultOf(rule, column, table.length, violationOf(rule, column))
    } catch (error) {
      // The rows are what they are: one rule that cannot be followed does not keep them out.
      if (!(error instanceof BadPattern)) throw error
      const problem = `The pattern ${rule.pattern ?? ''} cannot be followed: ${error.message}.`
      const nothing = { violations: 0, share: 0, examples: [] }
      return { rule, column: name, passed: false, ...nothing, problem }
    }
  })
}

/** Refuses rules whose patterns cannot be followed, for who sets them. */
export function requireReadable(rules: readonly Rule[]): void {
  for (const { check: kind, pattern = '' } of rules) {
    if (kind !== 'matches') continue
    try {
      linearPattern(pattern)
    } catch (cause) {
      if (!(cause instanceof BadPattern)) throw cause
      const problem = `"${pattern}" is not a pattern that is offered: ${cause.message}.`
      throw new TidemillError('bad_request', { problem }, cause)
    }
  }
}

function resultOf(
  rule: Rule,
  column: Column,
  rows: number,
  violates: (row: number) => boolean,
): RuleResult {
  const examples: RuleResult['examples'] = []
  let violations = 0
  for (let row = 0; row < rows; row++) {
    if (!violates(row)) continue
    violations++
    if (examples.length < shownExamples) examples.push({ row, value: cellOf(valueAt(column, row)) })
  }
  return {
    rule,
    column: column.name,
    passed: violations === 0,
    violations,
    share: rows === 0 ? 0 : violations / rows,
    examples,
  }
}

/** What breaks the rule at a row. A missing value breaks `not_null` alone. */
function violationOf(rule: Rule, column: Column): (row: number) => boolean {
  const present = (test: (value: Exclude<Value, null>) => boolean) => (row: number) => {
    const value = valueAt(column, row)
    return value !== null && test(value)
  }
  switch (rule.check) {
    case 'not_null':
      return (row) => valueAt(column, row) === null
    case 'not_zero':
      return present((value) => Number(value) === 0 && typeof value !== 'string')
    case 'range': {
      const { min = -Infinity, max = Infinity } = rule
      return present((value) => !(Number(value) >= min && Number(value) <= max))
    }
    case 'one_of': {
      const allowed = new Set((rule.values ?? []).map(String))
      return present((value) => !allowed.has(String(value)))
    }
    case 'matches': {
      const pattern = linearPattern(rule.pattern ?? '')
      let together = mostTogether
      return present((value) => {
        const given = Math.min(mostEffort, together)
        const effort = { left: given }
        const isFound = pattern(String(value), effort)
        together -= given - effort.left
        return !isFound
      })
    }
    case 'type':
      return () => column.type !== rule.type
    case 'unique': {
      const seen = new Set<string>()
      return present((value) => {
        const text = String(value)
        if (seen.has(text)) return true
        seen.add(text)
        return false
      })
    }
    case 'row_count':
      return () => false
  }
}

function rowCount(table: Table, rule: Rule): RuleResult {
  const { min = 0, max = Infinity } = rule
  const passed = table.length >= min && table.length <= max
  return { rule, passed, violations: passed ? 0 : 1, share: passed ? 0 : 1, examples: [] }
}

function cellOf(value: Value): Cell {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'bigint' ? value.toString() : value
}
