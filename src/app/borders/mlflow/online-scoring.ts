import { TidemillError } from '#contract'
import { wrong } from './input.ts'
import type { MlflowRoute } from './route.ts'

const path = '3.0/mlflow/scorers'

/** Scorers that judge by themselves ask a gateway, of which there is none: none of them does, and to begin is refused. */
export const onlineScoringRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: `${path}/online-configs`,
    permission: 'tracking:read',
    run: () => Promise.resolve({ configs: [] }),
  },
  {
    method: 'PUT',
    path: `${path}/online-config`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const [experiment, name] = [input.need('experiment_id'), input.need('name')]
      const rate = input.number('sample_rate')
      if (rate === undefined || !(rate >= 0 && rate <= 1))
        throw wrong('sample_rate', rate, 'a number from 0 to 1')
      const scorer = (await rooms.tracking.scorerVersions(experiment, name)).at(-1)
      if (!scorer) throw new TidemillError('not_found', { kind: 'scorer', name })
      if (rate > 0) {
        const problem = `Scorer '${name}' cannot judge traces by itself: that asks a gateway model, and there is no gateway here. Judge them with mlflow.genai.evaluate().`
        throw new TidemillError('bad_request', { problem })
      }
      return {
        config: {
          ...{ online_scoring_config_id: `osc-${scorer.id}`, scorer_id: scorer.id },
          ...{ sample_rate: 0, experiment_id: scorer.experiment },
        },
      }
    },
  },
]
