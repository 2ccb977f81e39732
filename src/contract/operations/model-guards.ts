import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Done, Id, Name } from '../shapes/common.ts'
import { AliasChange, AliasPolicy, GateCheck, Model } from '../shapes/model.ts'
import {
  AliasRequest,
  Consumer,
  ConsumerContract,
  Envelope,
  TrustedKey,
  Verification,
  VersionSignature,
} from '../shapes/registry.ts'

const versionNumber = Type.Integer({ minimum: 1 })
const one = Type.Object({ name: Name, version: versionNumber })
const request = Type.Object({
  name: Name,
  request: Id,
  message: Type.Optional(Type.String({ maxLength: 2000 })),
})

/** What stands between a version and an alias: policies, consumers, approvals and signatures. */
export const modelGuards = {
  policy: operation({
    name: 'models.policy',
    method: 'PUT',
    path: '/api/models/:name/aliases/:alias/policy',
    permission: 'models:guard',
    summary:
      'Says what taking an alias asks for: the gate, approvals, a signature; nothing at all removes it',
    input: Type.Object({ name: Name, alias: Name, ...AliasPolicy.properties }),
    output: Type.Object({ model: Model }),
  }),
  consumers: operation({
    name: 'models.consumers',
    method: 'GET',
    path: '/api/models/:name/consumers',
    permission: 'models:read',
    summary: 'Applications that rely on a model, and on what of it',
    input: Type.Object({ name: Name }),
    output: Type.Object({ consumers: Type.Array(Consumer) }),
  }),
  setConsumer: operation({
    name: 'models.setConsumer',
    method: 'PUT',
    path: '/api/models/:name/consumers/:consumer',
    permission: 'models:write',
    summary:
      'Declares what an application relies on; a version that breaks it cannot take the alias',
    input: Type.Object({ name: Name, consumer: Name, contract: ConsumerContract }),
    output: Type.Object({
      consumer: Consumer,
      /** Whether the version that the alias names now keeps it. */
      check: Type.Optional(GateCheck),
    }),
  }),
  removeConsumer: operation({
    name: 'models.removeConsumer',
    method: 'DELETE',
    path: '/api/models/:name/consumers/:consumer',
    permission: 'models:promote',
    summary: 'Forgets what an application relied on',
    input: Type.Object({ name: Name, consumer: Name }),
    output: Done,
  }),
  breaks: operation({
    name: 'models.breaks',
    method: 'GET',
    path: '/api/models/:name/versions/:version/breaks',
    permission: 'models:read',
    summary: 'Which applications a version would break, were it to take the aliases they ask',
    input: one,
    output: Type.Object({ checks: Type.Array(GateCheck) }),
  }),
  requests: operation({
    name: 'models.requests',
    method: 'GET',
    path: '/api/models/:name/requests',
    permission: 'models:read',
    summary: 'Moves of aliases that wait for approvals or have, newest first',
    input: Type.Object({ name: Name }),
    output: Type.Object({ requests: Type.Array(AliasRequest) }),
  }),
  ask: operation({
    name: 'models.ask',
    method: 'POST',
    path: '/api/models/:name/aliases/:alias/requests',
    permission: 'models:promote',
    summary:
      'Asks for an alias to name a version; who asks is for it, and the last approval moves it',
    input: Type.Object({
      name: Name,
      alias: Name,
      version: versionNumber,
      why: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    output: Type.Object({
      request: Type.Optional(AliasRequest),
      change: Type.Optional(AliasChange),
    }),
  }),
  approve: operation({
    name: 'models.approve',
    method: 'POST',
    path: '/api/models/:name/requests/:request/approve',
    permission: 'models:promote',
    summary: 'Approves a request; the gate is asked again, and the last approval moves the alias',
    input: request,
    output: Type.Object({ request: AliasRequest, change: Type.Optional(AliasChange) }),
  }),
  reject: operation({
    name: 'models.reject',
    method: 'POST',
    path: '/api/models/:name/requests/:request/reject',
    permission: 'models:promote',
    summary: 'Rejects a request, or takes one’s own back',
    input: request,
    output: Type.Object({ request: AliasRequest }),
  }),
  keys: operation({
    name: 'models.keys',
    method: 'GET',
    path: '/api/model-keys',
    permission: 'models:read',
    summary: 'Public keys whose signatures of versions count',
    input: Type.Object({}),
    output: Type.Object({ keys: Type.Array(TrustedKey) }),
  }),
  trustKey: operation({
    name: 'models.trustKey',
    method: 'POST',
    path: '/api/model-keys',
    permission: 'models:guard',
    summary: 'Lets the signatures of an Ed25519 key count',
    input: Type.Object({ name: Name, publicKey: Type.String({ maxLength: 5000 }) }),
    output: Type.Object({ key: TrustedKey }),
  }),
  revokeKey: operation({
    name: 'models.revokeKey',
    method: 'DELETE',
    path: '/api/model-keys/:key',
    permission: 'models:guard',
    summary: 'Takes trust from a key, and so from all it has signed',
    input: Type.Object({ key: Name }),
    output: Type.Object({ key: TrustedKey }),
  }),
  statement: operation({
    name: 'models.statement',
    method: 'GET',
    path: '/api/models/:name/versions/:version/statement',
    permission: 'models:read',
    summary: 'What there is to sign of a version: an in-toto statement of its files',
    input: one,
    output: Type.Object({ payloadType: Type.String(), statement: Type.String() }),
  }),
  sign: operation({
    name: 'models.sign',
    method: 'POST',
    path: '/api/models/:name/versions/:version/signatures',
    permission: 'models:write',
    summary: 'Keeps a signature that was made elsewhere with a trusted key',
    input: Type.Object({ name: Name, version: versionNumber, envelope: Envelope }),
    output: Type.Object({ signature: VersionSignature }),
  }),
  verify: operation({
    name: 'models.verify',
    method: 'GET',
    path: '/api/models/:name/versions/:version/verify',
    permission: 'models:read',
    summary:
      'Reads a version’s files again: which differ from what was registered, and who signed them',
    input: one,
    output: Verification,
  }),
}
