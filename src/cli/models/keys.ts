import { Command } from 'commander'
import { operations, type TrustedKey } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, withCaller } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { green, red, show, textTable, when, yellow } from '../output.ts'

/** `models keys …`: whose signatures count. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('keys that versions are signed with')
    .addCommand(list())
    .addCommand(make())
    .addCommand(trust())
    .addCommand(revoke())
}

function list(): Command {
  return baseCommand('list', 'public keys whose signatures count').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) => caller.call(operations.models.keys, {}))
      show(result, options.json, ({ keys }) =>
        keys.length === 0
          ? 'No key is trusted. Make one: tidemill models keys make NAME'
          : textTable(
              ['key', 'id', 'trusted', 'revoked'],
              keys.map((each) => [
                each.name,
                each.id.slice(7, 23),
                `${when(each.trustedAt)} by ${each.trustedBy}`,
                each.revokedAt === undefined ? '' : `${when(each.revokedAt)} by ${each.revokedBy}`,
              ]),
            ),
      )
    },
  )
}

function make(): Command {
  return baseCommand('make', 'make a key under the home and trust its public half')
    .argument('<name>')
    .option('--no-trust', 'only make it')
    .action(async (name: string, options: BaseOptions & { trust: boolean }) => {
      const { makeSigningKey } = await import('#app')
      const { file, id, publicKey } = await makeSigningKey(homeOf(options), name)
      if (options.trust) await trustKey(name, publicKey, options)
      show({ name, id, file, publicKey, trusted: options.trust }, options.json, () =>
        [`${green('✓')} ${name} is kept in ${file}; nobody else can read it`, publicKey].join('\n'),
      )
    })
}

function trust(): Command {
  return baseCommand('trust', 'let the signatures of a key count')
    .argument('<name>')
    .argument('<file>', 'its public half in PEM')
    .action(async (name: string, file: string, options: BaseOptions) => {
      const { readPublicKey } = await import('#app')
      const key = await trustKey(name, await readPublicKey(file), options)
      show({ key }, options.json, () => `${green('✓')} signatures of ${name} count`)
    })
}

async function trustKey(
  name: string,
  publicKey: string,
  options: BaseOptions,
): Promise<TrustedKey> {
  const given = { name, publicKey }
  return (await withCaller(options, (caller) => caller.call(operations.models.trustKey, given))).key
}

function revoke(): Command {
  return baseCommand('revoke', 'take trust from a key, and so from all it has signed')
    .argument('<name>')
    .action(async (key: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.revokeKey, { key }),
      )
      show(result, options.json, () => `What ${key} has signed no longer counts.`)
    })
}

interface SignFlags extends BaseOptions {
  readonly key: string
  readonly folder?: string
}

export function signCommand(): Command {
  return baseCommand('sign', 'sign a version’s files; the private key stays here')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .requiredOption('--key <key>', 'a key’s name under the home, or the path of a private key')
    .option('--folder <dir>', 'sign these files, not those the server says it has')
    .action(async (name: string, version: number, options: SignFlags) => {
      const { readSigningKey, signFolder, signStatement } = await import('#app')
      const { key, folder } = options
      const secret = await readSigningKey(homeOf(options), key)
      const result = await withCaller(options, async (caller) => {
        const { statement } = await caller.call(operations.models.statement, { name, version })
        const envelope =
          folder === undefined
            ? signStatement(statement, secret, key)
            : await signFolder(name, folder, secret, key)
        return caller.call(operations.models.sign, { name, version, envelope })
      })
      show(
        result,
        options.json,
        ({ signature }) =>
          `${green('✓')} ${name} version ${version} is signed with ${signature.keyName}`,
      )
    })
}

export function verifyCommand(): Command {
  return baseCommand('verify', 'read a version’s files again: what differs, and who signed them')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .action(async (name: string, version: number, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.verify, { name, version }),
      )
      show(result, options.json, ({ files, intact, signatures, manifest, problem }) =>
        [
          ...files
            .filter((file) => file.state !== 'same')
            .map((file) => `${red('✗')} ${file.path} is ${file.state}`),
          problem === undefined
            ? `${intact ? green('✓') : red('✗')} ${files.filter((each) => each.state === 'same').length} of ${files.length} files are as they were registered (${manifest?.digest})`
            : `${yellow('?')} ${problem}`,
          ...signatures.map((each) =>
            each.valid
              ? `${green('✓')} signed with ${each.keyName} by ${each.by}, ${when(each.at)}${each.signedAs === undefined ? '' : `, when it was called ${each.signedAs}`}`
              : `${red('✗')} the signature of ${each.keyName} does not count: ${each.problem}`,
          ),
          ...(signatures.length === 0 ? ['It is not signed.'] : []),
        ].join('\n'),
      )
      const isBad = !result.intact || result.signatures.some((each) => !each.valid)
      if (isBad) process.exitCode = exitCodes.no
    })
}
