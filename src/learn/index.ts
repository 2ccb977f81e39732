export { trainModel, type TrainedModel, type TrainRequest } from './model.ts'
export { trainTestSplit, type SplitRequest } from './split.ts'
export { draw, grid, type Choice, type Point, type Space } from './search.ts'

export { estimators, estimatorNamed, optionsOf } from './estimators/estimators.ts'
export type { Estimator, EstimatorOption } from './estimators/estimator.ts'

export { explainRow, type ExplainRequest } from './explain.ts'
export { readOnnxHeader, readOnnxSignature, type OnnxHeader } from './onnx/read-signature.ts'
