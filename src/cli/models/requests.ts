import type { Command } from 'commander'
import { operations, type AliasRequest } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { green, show, textTable, when } from '../output.ts'

/** `models requests`, `approve` and `reject`: moves of aliases that more than one person must want. */
export function requestCommands(): readonly Command[] {
  return [list(), approve(), reject(), policy()]
}

function list(): Command {
  return baseCommand('requests', 'moves of aliases that wait for approvals or have')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.requests, { name }),
      )
      show(result, options.json, ({ requests }) =>
        requests.length === 0
          ? 'No alias of it was asked for.'
          : textTable(
              ['request', 'alias', 'version', 'state', 'for it', 'asked', 'why'],
              requests.map((each) => [
                each.id,
                each.alias,
                each.version,
                each.state,
                `${approvals(each).length} of ${each.needed}`,
                `${when(each.askedAt)} by ${each.askedBy}`,
                each.outcome ?? each.why,
              ]),
            ),
      )
    })
}

function approvals({ votes }: AliasRequest): readonly string[] {
  return votes.filter((vote) => vote.verdict === 'approve').map((vote) => vote.who)
}

function approve(): Command {
  return baseCommand('approve', 'approve a request; the last approval moves the alias')
    .argument('<name>')
    .argument('<request>')
    .option('--message <text>', 'for the history')
    .action(async (name: string, id: string, options: BaseOptions & { message?: string }) => {
      const { message = '' } = options
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.approve, { name, request: id, message }),
      )
      show(result, options.json, ({ request, change }) =>
        change
          ? `${green('✓')} ${name}@${request.alias} is version ${request.version}`
          : `${green('✓')} approved; ${request.needed - approvals(request).length} more needed`,
      )
    })
}

function reject(): Command {
  return baseCommand('reject', 'reject a request, or take one’s own back')
    .argument('<name>')
    .argument('<request>')
    .option('--message <text>', 'for the history')
    .action(async (name: string, id: string, options: BaseOptions & { message?: string }) => {
      const { message = '' } = options
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.reject, { name, request: id, message }),
      )
      show(result, options.json, ({ request }) => `The request is ${request.outcome}.`)
    })
}

interface PolicyFlags extends BaseOptions {
  readonly alias: string
  readonly approvals?: number
  readonly signed?: boolean
  readonly gate?: boolean
}

function policy(): Command {
  return baseCommand('policy', 'what taking an alias asks for; options change it')
    .argument('<name>')
    .option('--alias <alias>', 'the alias', 'champion')
    .option('--approvals <n>', 'how many different persons; 0 for nobody', Number)
    .option('--signed', 'only a version signed by a trusted key')
    .option('--no-signed', 'signed or not')
    .option('--gate', 'every requirement holds; so for champion unless said')
    .option('--no-gate', 'requirements or not')
    .action(async (name: string, options: PolicyFlags) => {
      const { alias, approvals: needed, signed, gate } = options
      const changes = {
        ...(needed === undefined ? {} : { approvals: needed }),
        ...(signed === undefined ? {} : { signed }),
        ...(gate === undefined ? {} : { gate }),
      }
      const result = await withCaller(options, async (caller) => {
        const { model } = await caller.call(operations.models.get, { name })
        if (Object.keys(changes).length === 0) return { model }
        const next = { ...model.policies[alias], ...changes }
        return caller.call(operations.models.policy, { name, alias, ...next })
      })
      show(result, options.json, ({ model }) => {
        const asked = Object.entries(model.policies[alias] ?? {})
        return asked.length === 0
          ? `${name}@${alias} asks for nothing of its own.`
          : `${name}@${alias} asks for ${asked.map(([key, value]) => `${key}: ${value}`).join(', ')}`
      })
    })
}
