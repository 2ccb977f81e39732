import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { manifestOf, publicKeyOf, signStatement, statementOf } from '#registry'
import { envelopeProblem, signedBytes } from '../../src/registry/statement.ts'
import { temporaryFolder } from '../support/home.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const manifest = manifestOf([{ path: 'model.onnx', digest, size: 3 }], { owner: 'r', folder: 'm' })
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const open = publicKey.export({ type: 'spki', format: 'pem' }).toString()

test('the bytes a signature is over are those of the example in DSSE’s specification', () => {
  // https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md, test vectors.
  assert.equal(
    signedBytes('hello world', 'http://example.com/HelloWorld').toString(),
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  )
})

test('what is signed is an in-toto statement of the files', () => {
  const statement = JSON.parse(statementOf('m', manifest)) as {
    _type: string
    subject: unknown
  }
  assert.equal(statement._type, 'https://in-toto.io/Statement/v1')
  assert.deepEqual(statement.subject, [{ name: 'model.onnx', digest: { sha256: 'ab'.repeat(32) } }])
})

test('openssl takes a signature that was made here, and refuses it over other bytes', async (t) => {
  const folder = await temporaryFolder(t)
  const envelope = signStatement(statementOf('m', manifest), secret, 'k')
  const payload = Buffer.from(envelope.payload, 'base64').toString()
  await writeFile(join(folder, 'key.pem'), open)
  await writeFile(join(folder, 'sig'), Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64'))
  const verify = async (bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, 'bytes'), bytes)
    const options = ['-pubin', '-inkey', 'key.pem', '-rawin', '-in', 'bytes', '-sigfile', 'sig']
    const asked = promisify(execFile)('openssl', ['pkeyutl', '-verify', ...options], {
      cwd: folder,
    })
    return asked.then(
      ({ stdout }) => stdout,
      () => 'refused',
    )
  }
  assert.match(await verify(signedBytes(payload, envelope.payloadType)), /Successfully/)
  assert.equal(await verify(signedBytes(`${payload} `, envelope.payloadType)), 'refused')
})

test('a signature counts for these files of this model and its own key, and for nothing else', () => {
  const envelope = signStatement(statementOf('m', manifest), secret, 'k')
  assert.equal(envelopeProblem(envelope, open, 'm', manifest), undefined)
  assert.match(envelopeProblem(envelope, open, 'other', manifest) ?? '', /of the model m/)
  const changed = manifestOf(
    [
      { path: 'model.onnx', digest, size: 3 },
      { path: 'x', digest, size: 3 },
    ],
    {
      owner: 'r',
      folder: 'm',
    },
  )
  assert.match(envelopeProblem(envelope, open, 'm', changed) ?? '', /of other files/)
  const stranger = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })
  assert.match(
    envelopeProblem(envelope, stranger.toString(), 'm', manifest) ?? '',
    /not made with this key/,
  )
  assert.match(envelopeProblem(envelope, open, 'm', undefined) ?? '', /no manifest/)
})

test('a private key, a key of another kind and no key at all are refused with the reason', () => {
  assert.throws(() => publicKeyOf(secret, 'k'), /private key/)
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  assert.throws(
    () => publicKeyOf(rsa.export({ type: 'spki', format: 'pem' }).toString(), 'k'),
    /kind ec/,
  )
  assert.throws(() => publicKeyOf('hello', 'k'), /no key in PEM/)
})
