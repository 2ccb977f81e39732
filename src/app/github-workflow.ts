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

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with: { fetch-depth: 0 }
      - uses: actions/setup-node@v5
        with: { node-version: 24 }
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
      - name: Comment
        if: always() && github.event_name == 'pull_request'
        env:
          GH_TOKEN: \${{ github.token }}
        run: |
          gh pr comment \${{ github.event.number }} --body-file report.md --edit-last ||
            gh pr comment \${{ github.event.number }} --body-file report.md

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
