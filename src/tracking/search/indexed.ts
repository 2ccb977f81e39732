/** Expressions that indexes are over; a query must write them to the letter. */
export const isNaN = 'case when special = 1 then 1 else 0 end'
export const startOfValue = 'substr(value, 1, 64)'
