/** Set for stages of a counterfactual: what they train is evidence and no candidate, so its runs are kept apart. */
export const counterfactualVariable = 'TIDEMILL_COUNTERFACTUAL'
