import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { TidemillError, type Envelope, type Manifest } from '#contract'

const statementType = 'https://in-toto.io/Statement/v1'
const predicateType = 'https://tidemill.dev/model-version/v1'

/**
 * What is signed of a version: an in-toto statement of its files, of which model. Its text is canonical: the same files of the same
 * model give the same bytes.
 *
 * References: in-toto attestation framework, Statement v1.
 */
export function statementOf(model: string, { digest, files }: Manifest): string {
  return JSON.stringify({
    _type: statementType,
    subject: files.map((file) => ({
      name: file.path,
      digest: { sha256: file.digest.replace(/^sha256:/, '') },
    })),
    predicateType,
    predicate: { model, manifest: digest },
  })
}

/**
 * The bytes a signature is over.
 *
 * References: DSSE, Dead Simple Signing Envelope v1, pre-authentication encoding.
 */
export function signedBytes(payload: string, payloadType: string): Buffer {
  const body = Buffer.from(payload)
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `
  return Buffer.concat([Buffer.from(head), body])
}

export const payloadType = 'application/vnd.in-toto+json'

/** Why an envelope says nothing for these files of this model; undefined where it does. */
export function envelopeProblem(
  envelope: Envelope,
  publicKey: string,
  model: string,
  manifest: Manifest | undefined,
): string | undefined {
  if (!manifest) return 'no manifest was recorded of the version’s files'
  const payload = Buffer.from(envelope.payload, 'base64').toString('utf8')
  if (payload !== statementOf(model, manifest)) return differenceOf(payload, model, manifest)
  const key = publicKeyOf(publicKey, 'given')
  const signature = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64')
  const isGood = verify(null, signedBytes(payload, envelope.payloadType), key.object, signature)
  return isGood ? undefined : 'it was not made with this key'
}

/** What the payload is of, when it is not of these files. */
function differenceOf(payload: string, model: string, manifest: Manifest): string {
  const { predicate } = readPayload(payload)
  if (predicate?.model !== undefined && predicate.model !== model) {
    return `it is of the model ${predicate.model}`
  }
  if (predicate?.manifest !== undefined && predicate.manifest !== manifest.digest) {
    return `it is of other files (manifest ${predicate.manifest.slice(0, 19)}…)`
  }
  return 'what was signed is no statement of these files'
}

function readPayload(payload: string): {
  readonly predicate?: { readonly model?: string; readonly manifest?: string }
} {
  try {
    const read: unknown = JSON.parse(payload)
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}

/** An Ed25519 public key with its identifier, the digest of its SPKI bytes. */
export function publicKeyOf(
  pem: string,
  name: string,
): { readonly id: string; readonly object: KeyObject; readonly pem: string } {
  // A private key reads as a public one too; nobody's should come this way.
  if (pem.includes('PRIVATE KEY')) {
    const problem = 'it is a private key. Keep it to yourself; trust its public half.'
    throw new TidemillError('key_invalid', { name, problem })
  }
  let object: KeyObject
  try {
    object = createPublicKey(pem)
  } catch (cause) {
    throw new TidemillError('key_invalid', { name, problem: 'it is no key in PEM.' }, cause)
  }
  if (object.asymmetricKeyType !== 'ed25519') {
    const problem = `it is of the kind ${String(object.asymmetricKeyType)}.`
    throw new TidemillError('key_invalid', { name, problem })
  }
  const der = object.export({ type: 'spki', format: 'der' })
  return {
    id: `sha256:${createHash('sha256').update(der).digest('hex')}`,
    object,
    pem: object.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** Signs a statement with a private key in PEM. */
export function signStatement(statement: string, privateKey: string, name: string): Envelope {
  let key: KeyObject
  try {
    key = createPrivateKey(privateKey)
  } catch (cause) {
    throw new TidemillError('key_invalid', { name, problem: 'it is no private key in PEM.' }, cause)
  }
  const { id } = publicKeyOf(
    createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    name,
  )
  const signature = sign(null, signedBytes(statement, payloadType), key)
  return {
    payloadType,
    payload: Buffer.from(statement).toString('base64'),
    signatures: [{ keyid: id, sig: signature.toString('base64') }],
  }
}
