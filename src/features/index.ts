export type { FeatureView } from './feature-view.ts'
export { pointInTimeJoin, type JoinedView, type JoinOptions } from './point-in-time-join.ts'
export { openOnlineFeatures, type OnlineFeatures } from './online-features.ts'
