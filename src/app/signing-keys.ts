import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TidemillError, type Envelope } from '#contract'
import { manifestOf, publicKeyOf, signStatement, statementOf } from '#registry'

const keyName = /^[A-Za-z0-9][\w.-]{0,62}$/

function folderOf(home: string): string {
  return join(home, 'keys')
}

/** Makes an Ed25519 key that stays under the home, readable by its owner alone. Answers its public half. */
export async function makeSigningKey(
  home: string,
  name: string,
): Promise<{ readonly file: string; readonly id: string; readonly publicKey: string }> {
  if (!keyName.test(name)) {
    const problem = 'a name is of letters, digits, ".", "_" and "-", at most 63.'
    throw new TidemillError('key_invalid', { name, problem })
  }
  await mkdir(folderOf(home), { recursive: true, mode: 0o700 })
  const file = join(folderOf(home), `${name}.pem`)
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' })
  try {
    await writeFile(file, secret, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    throw new TidemillError('already_exists', { kind: 'key', name: file }, cause)
  }
  return { file, id: publicKeyOf(pem, name).id, publicKey: pem }
}

/** A private key by its name under the home, or by the path of a file; one that others can read is refused. */
export async function readSigningKey(home: string, nameOrPath: string): Promise<string> {
  const isName = keyName.test(nameOrPath) && !nameOrPath.endsWith('.pem')
  const file = isName ? join(folderOf(home), `${nameOrPath}.pem`) : nameOrPath
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) {
    throw new TidemillError('key_invalid', {
      name: nameOrPath,
      problem: `there is no file ${file}.`,
    })
  }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    const problem = `others can read ${file}; set its mode with: chmod 600 ${file}.`
    throw new TidemillError('key_invalid', { name: nameOrPath, problem })
  }
  return readFile(file, 'utf8')
}

/** The public half of a key file, private or public. */
export async function readPublicKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new TidemillError('key_invalid', { name: file, problem: 'it cannot be read.' }, cause)
  })
  if (!text.includes('PRIVATE KEY')) return text
  const secret = createPrivateKey(await readSigningKey('', file))
  return createPublicKey(secret).export({ type: 'spki', format: 'pem' }).toString()
}

/** Signs files of one's own, so that a server which holds others cannot pass them off. */
export async function signFolder(
  model: string,
  folder: string,
  privateKey: string,
  name: string,
): Promise<Envelope> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = []
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name)
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    const { size } = await stat(file)
    const path = relative(folder, file).split(sep).join('/')
    files.push({ path, digest: `sha256:${hash.digest('hex')}`, size })
  }
  const manifest = manifestOf(files, { owner: '', folder: '' })
  return signStatement(statementOf(model, manifest), privateKey, name)
}
