import type { CleaningAction, Rule, ValidationReport } from '#contract'

/** What would make the broken rules hold: a zero that may not be becomes missing, a number beyond its range is clipped, a missing value that may not be takes its row with it. */
export function repairOf(report: ValidationReport): CleaningAction[] {
  const broken = report.results.filter((result) => !result.passed)
  return broken.flatMap(({ rule, column }) => actionOf(rule, column ?? rule.columns?.[0]) ?? [])
}

function actionOf(rule: Rule, column: string | undefined): CleaningAction | undefined {
  if (column === undefined) return undefined
  const columns = [column]
  switch (rule.check) {
    case 'not_zero':
      return { action: 'zero_to_missing', columns }
    case 'not_null':
      return { action: 'drop_row', columns }
    case 'range':
      return {
        action: 'clip',
        columns,
        ...(rule.min === undefined ? {} : { min: rule.min }),
        ...(rule.max === undefined ? {} : { max: rule.max }),
      }
    case 'one_of':
    case 'unique':
    case 'type':
    case 'matches':
    case 'row_count':
      return undefined
  }
}
