/** Where MLflow's clients keep what people write about a run or an experiment. */
export const noteTag = 'mlflow.note.content'
