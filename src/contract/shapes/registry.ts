import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { DigestText, Id, Name, Time } from './common.ts'
import { Measured } from './run-table.ts'
import { Manifest, OutputField } from './model.ts'

/** What an application relies on of a model. */
export const ConsumerContract = Type.Object(
  {
    /** The alias it asks; champion unless said. */
    alias: Type.Optional(Name),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    /** What it sends; unless said, a version may ask for anything. */
    inputs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1 }),
            type: Type.Enum(['number', 'integer', 'boolean', 'string']),
          },
          { additionalProperties: false },
        ),
      ),
    ),
    /** What it reads: labels are all the texts it knows, min and max the range it can take. */
    outputs: Type.Array(OutputField),
    /** The most that 99 of 100 answers may take. */
    latencyMs: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  { additionalProperties: false },
)
export type ConsumerContract = Static<typeof ConsumerContract>

export const Consumer = Type.Object({
  name: Name,
  model: Name,
  alias: Name,
  contract: ConsumerContract,
  declaredBy: Type.String(),
  declaredAt: Time,
  /** Whether tidemill.yaml declares it, so that the next apply keeps or removes it. */
  fromFile: Type.Boolean(),
})
export type Consumer = Static<typeof Consumer>

export const Vote = Type.Object({
  who: Type.String(),
  verdict: Type.Enum(['approve', 'reject']),
  message: Type.String(),
  at: Time,
})
export type Vote = Static<typeof Vote>

/** Somebody's wish that an alias names a version, waiting for others. */
export const AliasRequest = Type.Object({
  id: Id,
  model: Name,
  alias: Name,
  version: Type.Integer(),
  /** `expired` when what it was asked on is no longer so. */
  state: Type.Enum(['open', 'done', 'rejected', 'expired']),
  /** How many persons must be for it. */
  needed: Type.Integer(),
  votes: Type.Array(Vote),
  gate: Type.Optional(Id),
  evidence: DigestText,
  why: Type.String(),
  askedBy: Type.String(),
  askedAt: Time,
  closedAt: Type.Optional(Time),
  /** Why it is over. */
  outcome: Type.Optional(Type.String()),
})
export type AliasRequest = Static<typeof AliasRequest>

/** A public key whose signatures count. */
export const TrustedKey = Type.Object({
  /** Of the key's bytes (SPKI, DER). */
  id: DigestText,
  name: Name,
  publicKey: Type.String({ description: 'PEM' }),
  trustedBy: Type.String(),
  trustedAt: Time,
  revokedAt: Type.Optional(Time),
  revokedBy: Type.Optional(Type.String()),
})
export type TrustedKey = Static<typeof TrustedKey>

/** A DSSE envelope around an in-toto statement of the version's files. */
export const Envelope = Type.Object(
  {
    payloadType: Type.Literal('application/vnd.in-toto+json'),
    payload: Type.String({ maxLength: 20_000_000, description: 'base64' }),
    signatures: Type.Array(
      Type.Object({ keyid: DigestText, sig: Type.String({ maxLength: 200 }) }),
      { minItems: 1, maxItems: 1 },
    ),
  },
  { additionalProperties: false },
)
export type Envelope = Static<typeof Envelope>

export const VersionSignature = Type.Object({
  key: DigestText,
  keyName: Type.String(),
  by: Type.String(),
  at: Time,
  envelope: Envelope,
  /** Whether it counts: by a key that is still trusted, over these files, of this model. */
  valid: Type.Boolean(),
  /** What the model was called then, where it has another name now. */
  signedAs: Type.Optional(Type.String()),
  problem: Type.Optional(Type.String()),
})
export type VersionSignature = Static<typeof VersionSignature>

/** What goes, or with `dry` would go, with a model or a version. Files stay with their runs. */
export const ModelRemoval = Type.Object({
  model: Name,
  versions: Type.Array(Type.Integer()),
  aliases: Type.Array(Type.String()),
  /** Who said that they rely on it. */
  consumers: Type.Array(Type.String()),
  signatures: Type.Integer(),
  dry: Type.Boolean(),
})
export type ModelRemoval = Static<typeof ModelRemoval>

export const FileState = Type.Object({
  path: Type.String(),
  state: Type.Enum(['same', 'changed', 'missing', 'added', 'damaged']),
  expected: Type.Optional(DigestText),
  found: Type.Optional(DigestText),
  size: Type.Optional(Type.Integer()),
})
export type FileState = Static<typeof FileState>

/** Whether a version is what was registered, file by file, and who signed it. */
export const Verification = Type.Object({
  model: Name,
  version: Type.Integer(),
  /** Every file is as it was registered. */
  intact: Type.Boolean(),
  /** At least one signature counts. */
  signed: Type.Boolean(),
  /** Why nothing can be said of the files. */
  problem: Type.Optional(Type.String()),
  manifest: Type.Optional(Manifest),
  files: Type.Array(FileState),
  signatures: Type.Array(VersionSignature),
})
export type Verification = Static<typeof Verification>

export const CardEdit = Type.Object({
  who: Type.String(),
  at: Time,
  before: Type.String(),
  after: Type.String(),
})
export type CardEdit = Static<typeof CardEdit>

const Changed = Type.Object({
  name: Type.String(),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
})

/** What differs between two versions of a model; what is the same is left out. */
export const VersionComparison = Type.Object({
  model: Name,
  from: Type.Integer(),
  to: Type.Integer(),
  inputs: Type.Array(Changed),
  outputs: Type.Array(Changed),
  params: Type.Array(Changed),
  metrics: Type.Array(
    Type.Object({
      name: Type.String(),
      from: Type.Optional(Measured),
      to: Type.Optional(Measured),
      difference: Type.Optional(Measured),
    }),
  ),
  /** Data, code, run and digest. */
  source: Type.Array(Changed),
  files: Type.Array(Changed),
  /** Lines of the card: ` ` kept, `-` gone, `+` new. */
  card: Type.Array(Type.Object({ mark: Type.Enum([' ', '-', '+']), text: Type.String() })),
})
export type VersionComparison = Static<typeof VersionComparison>

/** All that a version was made of and what relies on it. */
export const VersionLineage = Type.Object({
  model: Name,
  version: Type.Integer(),
  run: Type.Optional(
    Type.Object({
      id: Id,
      name: Type.String(),
      experiment: Type.String(),
      user: Type.String(),
      startedAt: Time,
    }),
  ),
  data: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.Optional(Type.Integer()),
      digest: Type.Optional(Type.String()),
      context: Type.String(),
    }),
  ),
  features: Type.Array(
    Type.Object({
      view: Type.String(),
      dataset: Type.String(),
      features: Type.Array(Type.String()),
    }),
  ),
  code: Type.Optional(
    Type.Object({
      commit: Type.String(),
      dirty: Type.Boolean(),
      entry: Type.Optional(Type.String()),
      stage: Type.Optional(Type.String()),
    }),
  ),
  environment: Type.Record(Type.String(), Type.String()),
  endpoints: Type.Array(Type.Object({ name: Type.String(), alias: Type.String() })),
  consumers: Type.Array(Type.String()),
})
export type VersionLineage = Static<typeof VersionLineage>
