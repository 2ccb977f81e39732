import { cwd } from 'node:process'
import { Option, type Command } from 'commander'
import type { Assets, ChangeReport, Host } from '#app'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, projectOf } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { green, show, yellow } from '../output.ts'
import { rootHere } from '../pipeline-command.ts'

interface ReportOptions extends BaseOptions {
  readonly base: string
  readonly pull?: boolean
  readonly out?: string
  readonly assets?: string
  readonly label?: string
  readonly post?: Host
  readonly plots?: boolean
  readonly exitCode?: boolean
}

export function command(): Command {
  return baseCommand('report')
    .option('--base <revision>', 'what to compare with', 'HEAD')
    .option('--pull', 'fetch what that recorded of metrics and plots from the remote first')
    .option('--out <file>', 'write it there, a page, JSON and plots beside it')
    .option('--assets <url>', 'where the plots beside it can be fetched from')
    .option('--label <name>', 'tells several reports of one change apart')
    .addOption(
      new Option(
        '--post <host>',
        'comment on the change this CI job is for, or bring that comment up to date',
      ).choices(['github', 'gitlab']),
    )
    .option(
      '--plots',
      'with --post: put the plots on that host too, so that the comment shows them',
    )
    .option('--exit-code', 'exit with 1 when a gate refused')
    .action(async (options: ReportOptions) => {
      rootHere()
      const { base, out, label, post } = options
      const app = await import('#app')
      if (options.pull) await app.fetchBase(cwd(), base)
      const report = await app.withProject(homeOf(options), projectOf(options), (rooms) =>
        app.changeReport(cwd(), base, rooms),
      )
      const assets =
        options.assets !== undefined
          ? app.assetsAt(options.assets)
          : post && options.plots
            ? await picturesOn(post, report.plots, label)
            : undefined
      const wording = {
        ...(assets === undefined ? {} : { assets }),
        ...(label === undefined ? {} : { label }),
      }
      const markdown = app.reportMarkdown(report, wording)
      const files = out === undefined ? [] : await app.writeReport(report, out, wording)
      const posted =
        post === undefined
          ? undefined
          : await app.postComment(post, markdown, app.reportMarker(label))
      const lines = [
        ...files.map((file) => `${green('✓')} ${file}`),
        ...(posted ? [`${green('✓')} comment ${posted.action} ${posted.url}`] : []),
      ]
      if (options.json) process.stdout.write(`${app.reportJson(report)}\n`)
      else show(report, false, () => (lines.length > 0 ? lines.join('\n') : markdown))
      if (options.exitCode && report.verdict === 'refused') process.exitCode = exitCodes.no
    })
}

/** A host that takes no pictures gets the comment without them. */
async function picturesOn(
  host: Host,
  plots: ChangeReport['plots'],
  label: string | undefined,
): Promise<Assets | undefined> {
  const { postPlots } = await import('#app')
  try {
    return await postPlots(host, plots, label)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${yellow('!')} The comment has no pictures: ${problem}\n`)
    return undefined
  }
}
