import type { CiProject } from './ci-project.ts'
import { githubWorkflow } from './github-workflow.ts'
import { gitlabPipeline } from './gitlab-pipeline.ts'

export type CiProvider = 'github' | 'gitlab'

/** What checks a project at each change and, where it declares models, puts it on a container platform: by path, its text. */
export function deploymentFiles(
  ci: CiProvider,
  project: CiProject,
): readonly (readonly [string, string])[] {
  const workflow: readonly [string, string] =
    ci === 'github'
      ? ['.github/workflows/tidemill.yml', githubWorkflow(project)]
      : ['.gitlab-ci.yml', gitlabPipeline(project)]
  if (!project.declared) return [workflow]
  return [
    workflow,
    ['Dockerfile', dockerfile],
    ['.dockerignore', '.git\n.tidemill\n.dvc/cache\n.dvc/tmp\nnode_modules\n'],
    ['heroku.yml', 'build:\n  docker:\n    web: Dockerfile\n'],
  ]
}

/** The loop is run while the image is built, so the container starts with a model behind its endpoint. */
const dockerfile = `FROM node:24-slim
RUN npm install --global tidemill
WORKDIR /srv/model
COPY . .
RUN tidemill apply --yes && tidemill repro && tidemill models promote-best
# Whoever is not on this machine signs in: tidemill user add NAME --role admin
CMD ["sh", "-c", "exec tidemill server --host 0.0.0.0 --port \${PORT:-8400}"]
`
