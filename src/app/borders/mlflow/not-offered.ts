import { json, type Method } from '#http'
import type { MlflowRoute } from './route.ts'

const methods: readonly Method[] = ['GET', 'POST', 'PATCH', 'DELETE']

const reasons = {
  gateway: 'there is no gateway to models of others; call them from where you trace them',
  'prompt-optimization': 'prompts are not rewritten here; register what you found as a new version',
}

/** What MLflow's clients have words for and this server has not, with a way out. */
export const notOfferedRoutes: readonly MlflowRoute[] = Object.entries(reasons).flatMap(
  ([area, why]) =>
    methods.map((method): MlflowRoute => ({
      method,
      path: `3.0/mlflow/${area}/*`,
      permission: 'tracking:read',
      run({ input }) {
        const call = `${method} mlflow/${area}/${input.text('*') ?? ''}`
        const message = `${call} is not offered: ${why}.`
        return Promise.resolve(json({ error_code: 'ENDPOINT_NOT_FOUND', message }, 404))
      },
    })),
)
