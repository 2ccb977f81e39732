import type { Selectable } from 'kysely'
import {
  TidemillError,
  type Envelope,
  type Manifest,
  type TrustedKey,
  type VersionSignature,
} from '#contract'
import { isUniqueViolation, type Clock, type Metadata } from '#store'
import { envelopeProblem, publicKeyOf } from './statement.ts'
import { ofModel } from './of-model.ts'
import type { RegistryTables } from './tables.ts'

/** Whose signatures count, and what they have signed. Private keys never come here. */
export interface Signatures {
  keys(): Promise<readonly TrustedKey[]>
  trustKey(name: string, publicKey: string, by: string): Promise<TrustedKey>
  /** What the key has signed no longer counts. */
  revokeKey(name: string, by: string): Promise<TrustedKey>
  /** Keeps a signature that counts; another is refused. */
  addSignature(
    model: string,
    version: number,
    envelope: Envelope,
    by: string,
  ): Promise<VersionSignature>
  signatures(model: string, version: number): Promise<readonly VersionSignature[]>
}

export interface SignaturesParts {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly manifest: (model: string, version: number) => Promise<Manifest | undefined>
}

export function openSignatures({ metadata, clock, manifest }: SignaturesParts): Signatures {
  const database = metadata.tables<RegistryTables>()

  async function keys(): Promise<readonly TrustedKey[]> {
    const rows = await database.selectFrom('model_keys').selectAll().orderBy('name').execute()
    return rows.map(keyRecord)
  }

  return {
    keys,

    async trustKey(name, publicKey, by) {
      const { id, pem } = publicKeyOf(publicKey, name)
      const row = { id, name, public_key: pem, trusted_by: by, trusted_at: clock.now() }
      try {
        await database
          .insertInto('model_keys')
          .values({ ...row, revoked_at: null, revoked_by: null })
          .execute()
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        const same = (await keys()).find((each) => each.id === id || each.name === name)
        const said = same?.revokedAt === undefined ? '' : ' (it is revoked; make another key)'
        throw new TidemillError(
          'already_exists',
          { kind: 'key', name: `${same?.name ?? name}${said}` },
          error,
        )
      }
      return keyRecord({ ...row, revoked_at: null, revoked_by: null })
    },

    async revokeKey(name, by) {
      const found = (await keys()).find((each) => each.name === name || each.id === name)
      if (!found) throw new TidemillError('not_found', { kind: 'trusted key', name })
      if (found.revokedAt !== undefined) return found
      const revokedAt = clock.now()
      await database
        .updateTable('model_keys')
        .set({ revoked_at: revokedAt, revoked_by: by })
        .where('id', '=', found.id)
        .execute()
      return { ...found, revokedAt, revokedBy: by }
    },

    async addSignature(model, version, envelope, by) {
      const id = envelope.signatures[0]?.keyid ?? ''
      const key = (await keys()).find((each) => each.id === id)
      const problem =
        key === undefined
          ? `the key ${id.slice(0, 19)}… is not trusted here`
          : signatureProblem(key, envelope, model, await manifest(model, version))
      if (problem !== undefined || !key) {
        throw new TidemillError('signature_invalid', { model, version, problem: `${problem}.` })
      }
      const row = { envelope: JSON.stringify(envelope), who: by, at: clock.now(), signed_as: null }
      await ofModel(metadata, model, version, (tx) =>
        tx
          .insertInto('model_signatures')
          .values({ model, version, key: id, ...row })
          .onConflict((conflict) => conflict.columns(['model', 'version', 'key']).doUpdateSet(row))
          .execute(),
      )
      return { key: id, keyName: key.name, by, at: row.at, envelope, valid: true }
    },

    async signatures(model, version) {
      const rows = await database
        .selectFrom('model_signatures')
        .innerJoin('model_keys', 'model_keys.id', 'model_signatures.key')
        .selectAll()
        .where('model', '=', model)
        .where('version', '=', version)
        .orderBy('at')
        .execute()
      if (rows.length === 0) return []
      const of = await manifest(model, version)
      return rows.map((row) => {
        const envelope = JSON.parse(row.envelope) as Envelope
        const signedAs = row.signed_as ?? model
        const problem = signatureProblem(keyRecord(row), envelope, signedAs, of)
        return {
          key: row.key,
          keyName: row.name,
          by: row.who,
          at: row.at,
          envelope,
          valid: problem === undefined,
          ...(signedAs === model ? {} : { signedAs }),
          ...(problem === undefined ? {} : { problem }),
        }
      })
    },
  }
}

function signatureProblem(
  key: TrustedKey,
  envelope: Envelope,
  model: string,
  manifest: Manifest | undefined,
): string | undefined {
  if (key.revokedAt !== undefined) return `the key ${key.name} is revoked`
  return envelopeProblem(envelope, key.publicKey, model, manifest)
}

function keyRecord(row: Selectable<RegistryTables['model_keys']>): TrustedKey {
  return {
    id: row.id,
    name: row.name,
    publicKey: row.public_key,
    trustedBy: row.trusted_by,
    trustedAt: row.trusted_at,
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
    ...(row.revoked_by === null ? {} : { revokedBy: row.revoked_by }),
  }
}
