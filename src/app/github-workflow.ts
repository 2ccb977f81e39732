import type { CiProject, RemoteAccess } from './ci-project.ts'

/** A workflow that reproduces the pipeline, asks the gate, comments on the pull request, and deploys from main. */
export function githubWorkflow({ declared, remote }: CiProject): string {
  const pull = remote === undefined ? '' : remote.secrets.length === 0 ? ' --pull' : ' $PULL'
  return `name: ${declared ? 'model' : 'pipeline'}
on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

concurrency:
  group: ${declared ? 'model' : 'pipeline'}-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  check:
    runs-on: ubuntu-latest
    permissions:
      # The plots of a comment are kept in the repository, beside its branches; without the right to write there they are left out.
      contents: write
      pull-requests: write
${secretsOf(remote)}    steps:
      - uses: actions/checkout@v5
        # The commands of the stages run beside it: no token to the repository is kept for them.
        with: { fetch-depth: 0, persist-credentials: false }
      - uses: actions/setup-node@v5
        with: { node-version: 24 }
      - name: Results of earlier runs
        uses: actions/cache@v4
        with:
          path: .dvc/cache
          key: dvc-\${{ hashFiles('**/dvc.lock', '**/*.dvc') }}
          restore-keys: dvc-
      # What the commands of the stages need belongs here too, as: pip install -r requirements.txt
      - name: Install
        run: npm install --global tidemill
${stepsBefore(remote)}${declared ? applyStep : ''}      - name: Pipeline
        run: tidemill repro${pull}
${declared ? gateStep : ''}      - name: Report
        if: always() && github.event_name == 'pull_request'
        run: tidemill report --base origin/\${{ github.base_ref }} --out report.md${pull}
      - name: Summary
        if: always() && github.event_name == 'pull_request'
        run: cat report.md >> "$GITHUB_STEP_SUMMARY"
      # A pull request from a fork has no right to comment; its report is in the summary and among the files of the run.
      - name: Comment
        if: always() && github.event.pull_request.head.repo.full_name == github.repository
        env:
          GITHUB_TOKEN: \${{ github.token }}
        run: tidemill report --base origin/\${{ github.base_ref }} --post github --plots
      - uses: actions/upload-artifact@v4
        if: always() && github.event_name == 'pull_request'
        with:
          name: report
          path: |
            report.*
            report-plots
${declared ? deployJob : ''}`
}

const isOwn =
  "github.actor != 'dependabot[bot]' && (github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository)"

/** For the whole job: `report` reads the data too. */
function secretsOf(remote: RemoteAccess | undefined): string {
  if (!remote || remote.secrets.length === 0) return ''
  const lines = remote.secrets.map((name) => `      ${name}: \${{ secrets.${name} }}\n`)
  // A pull request from elsewhere is given no secrets: it goes by what Git and the cache of earlier runs have.
  lines.push(`      PULL: \${{ ${isOwn} && '--pull' || '' }}\n`)
  return `    # Where the data is. Set these under Settings, Secrets and variables, Actions.\n    env:\n${lines.join('')}`
}

function stepsBefore(remote: RemoteAccess | undefined): string {
  if (!remote) return ''
  const setup = remote.setup.map((line) => `          ${line}\n`).join('')
  const when = remote.secrets.length === 0 ? '' : `        if: env.PULL != ''\n`
  const way = setup === '' ? '' : `      - name: Way to the data\n${when}        run: |\n${setup}`
  return `${way}      # What nobody sent is made anew, or missed by the stage that needs it.
      - name: Data
${when}        run: tidemill pull --allow-missing
`
}

const applyStep = `      - name: Data, rules and declarations
        run: tidemill apply --yes
`

const gateStep = `      - name: Gate
        run: tidemill models promote-best
`

const deployJob = `
  deploy:
    needs: check
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - name: To a container platform
        if: vars.REGISTRY_IMAGE != ''
        env:
          IMAGE: \${{ vars.REGISTRY_IMAGE }}
        run: |
          docker build --tag "$IMAGE:\${{ github.sha }}" .
          docker push "$IMAGE:\${{ github.sha }}"
      - name: To Heroku
        if: vars.HEROKU_APP != ''
        env:
          HEROKU_API_KEY: \${{ secrets.HEROKU_API_KEY }}
        run: |
          heroku container:push web --app \${{ vars.HEROKU_APP }}
          heroku container:release web --app \${{ vars.HEROKU_APP }}
`
