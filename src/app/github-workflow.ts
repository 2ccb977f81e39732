/** A workflow that reproduces the pipeline, asks the gate, comments on the pull request, and deploys from main. */
export function githubWorkflow(): string {
  return `name: model
on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read
  pull-requests: write

concurrency:
  group: model-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with: { fetch-depth: 0 }
      - uses: actions/setup-node@v5
        with: { node-version: 24 }
      - name: Results of earlier runs
        uses: actions/cache@v4
        with:
          path: .dvc/cache
          key: dvc-\${{ hashFiles('**/dvc.lock', '**/*.dvc') }}
          restore-keys: dvc-
      - name: Install
        run: npm install --global tidemill
      - name: Data, rules and declarations
        run: tidemill apply --yes
      - name: Pipeline
        run: tidemill repro
      - name: Gate
        run: tidemill models promote-best
      - name: Report
        if: always() && github.event_name == 'pull_request'
        run: tidemill report --base origin/\${{ github.base_ref }} --out report.md
      - name: Summary
        if: always() && github.event_name == 'pull_request'
        run: cat report.md >> "$GITHUB_STEP_SUMMARY"
      # A pull request from a fork has no right to comment; its report is in the summary and among the files of the run.
      - name: Comment
        if: always() && github.event.pull_request.head.repo.full_name == github.repository
        env:
          GITHUB_TOKEN: \${{ github.token }}
        run: tidemill report --base origin/\${{ github.base_ref }} --post github
      - uses: actions/upload-artifact@v4
        if: always() && github.event_name == 'pull_request'
        with:
          name: report
          path: |
            report.*
            report-plots

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
}
