import type { CiProject } from './ci-project.ts'

/** A GitLab pipeline that reproduces ours, asks the gate, comments on the merge request, and builds the image on the main branch. */
export function gitlabPipeline({ declared, remote }: CiProject): string {
  const script = [
    'npm install --global tidemill',
    ...(remote ? [...remote.setup, 'tidemill pull --allow-missing'] : []),
    ...(declared ? ['tidemill apply --yes'] : []),
    `tidemill repro${remote ? ' --pull' : ''}`,
    ...(declared ? ['tidemill models promote-best'] : []),
  ]
  return `workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

stages: [${declared ? 'check, deploy' : 'check'}]

check:
  stage: check
  image: node:24
  interruptible: true
  variables:
    GIT_DEPTH: "0"
  cache:
    key: dvc
    paths: [.dvc/cache]
  # What the commands of the stages need belongs in front, as: pip install -r requirements.txt
${secretsNote(remote?.secrets ?? [])}  script:
${script.map((line) => `    - ${JSON.stringify(line)}\n`).join('')}  # Also when the gate refused: then the report says why. GITLAB_TOKEN is a masked variable with the scope api.
  after_script:
    - |
      if [ -n "$CI_MERGE_REQUEST_IID" ]; then
        git fetch --quiet origin "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
        tidemill report --base FETCH_HEAD --out report.md${remote ? ' --pull' : ''}
        if [ -n "$GITLAB_TOKEN" ]; then tidemill report --base FETCH_HEAD --post gitlab --plots; fi
      fi
  artifacts:
    when: always
    paths: [report.md, report.html, report.json, report-plots]
    expire_in: 30 days
${declared ? imageJob : ''}`
}

function secretsNote(secrets: readonly string[]): string {
  if (secrets.length === 0) return ''
  return `  # Where the data is: ${secrets.join(', ')} under Settings, CI/CD, Variables.\n`
}

const imageJob = `
image:
  stage: deploy
  image: docker:28
  services: [docker:28-dind]
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_REGISTRY_IMAGE
  script:
    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
    - docker build --tag "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
    - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
`
