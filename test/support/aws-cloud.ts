import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { withEnvironment } from './environment.ts'
import { listen } from './listen.ts'
import { s3Keys, s3Server } from './remote-servers.ts'

export interface AwsCloud {
  /** Where its bucket is reached, with a token that it gave and that has not ended. */
  readonly endpoint: string
  /** What was asked for credentials, in order. */
  readonly asked: string[]
  /** Where a container, a machine in AWS and the service of tokens answer. */
  readonly url: string
}

/** No key anywhere. */
export const noAwsKeys = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
  AWS_CONFIG_FILE: '/nowhere/config',
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_EC2_METADATA_DISABLED: 'true',
}

/**
 * AWS for one test: what hands out keys for a time, and before the S3 gateway a guard who lets in only those. The gateway knows no
 * tokens, so the guard checks what they sign and signs it again with the gateway's key.
 */
export async function awsCloud(t: TestContext, seconds = 3600): Promise<AwsCloud> {
  const { port } = await s3Server()
  const asked: string[] = []
  const good = new Map<string, Credentials>()
  const give = (): Credentials => {
    const token = `token-${good.size + 1}`
    const until = new Date(Date.now() + seconds * 1000).toISOString()
    const given = { id: `ASIA${good.size + 1}`, secret: randomUUID(), token, until }
    good.set(token, given)
    return given
  }
  const given = await listen(
    t,
    createServer((request, response) => void handOut(request, response, asked, give)),
  )
  const guard = await listen(
    t,
    createServer((request, response) => {
      const known = good.get(String(request.headers['x-amz-security-token']))
      if (known && Date.parse(known.until) > Date.now() && isSigned(request, known))
        return forward(request, response, port)
      response.writeHead(400, { 'content-type': 'application/xml' })
      response.end(refusal('ExpiredToken', 'The provided token has expired.'))
    }),
  )
  withEnvironment(t, noAwsKeys)
  return { endpoint: `http://127.0.0.1:${guard}`, asked, url: `http://127.0.0.1:${given}` }
}

interface Credentials {
  readonly id: string
  readonly secret: string
  readonly token: string
  readonly until: string
}

async function handOut(
  request: IncomingMessage,
  response: ServerResponse,
  asked: string[],
  give: () => Credentials,
): Promise<void> {
  const { method, url = '', headers } = request
  if (method === 'POST') {
    const body = new URLSearchParams(await text(request))
    const action = body.get('Action') ?? ''
    asked.push(`${action} ${body.get('RoleArn')}`)
    if (body.get('RoleArn')?.endsWith('/forbidden') === true) {
      response.writeHead(403, { 'content-type': 'text/xml' })
      response.end(`<ErrorResponse>${refusal('AccessDenied', notAllowed)}</ErrorResponse>`)
      return
    }
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.end(assumed(action, give()))
    return
  }
  asked.push(`${method} ${url}${headers.authorization === undefined ? '' : ' authorised'}`)
  if (url === '/latest/api/token') return void response.end('session')
  if (url === '/latest/meta-data/placement/region') return void response.end('us-east-1')
  if (url === '/latest/meta-data/iam/security-credentials/') return void response.end('trainer')
  const { id, secret, token, until } = give()
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({
      Code: 'Success',
      AccessKeyId: id,
      SecretAccessKey: secret,
      Token: token,
      Expiration: until,
    }),
  )
}

const notAllowed =
  'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/forbidden'

function assumed(action: string, { id, secret, token, until }: Credentials): string {
  const credentials = `<Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${until}</Expiration></Credentials>`
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${credentials}</${action}Result></${action}Response>`
}

function refusal(code: string, message: string): string {
  return `<Error><Code>${code}</Code><Message>${message}</Message></Error>`
}

function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url } = request
  const { 'x-amz-security-token': _, ...headers } = request.headers
  const signed = signedHeaders(request).filter((name) => name !== 'x-amz-security-token')
  headers.authorization = authorization(request, signed, s3Keys)
  void buffer(request).then((bytes) => {
    const onward = send({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    onward.end(bytes)
  })
}

function signedHeaders({ headers }: IncomingMessage): string[] {
  return /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? []
}

function isSigned(request: IncomingMessage, key: Credentials): boolean {
  const signed = signedHeaders(request)
  const expected = authorization(request, signed, key)
  return signed.includes('x-amz-security-token') && request.headers.authorization === expected
}

/** Signature version 4, as AWS describes it, of a request that says when and where to it was signed. */
function authorization(
  { method, url = '', headers }: IncomingMessage,
  signed: readonly string[],
  { id, secret }: Pick<Credentials, 'id' | 'secret'>,
): string {
  const [path, query = ''] = url.split('?')
  const date = String(headers['x-amz-date'])
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`
  const sorted = query === '' ? '' : query.split('&').toSorted().join('&')
  const listed = signed.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('')
  const content = headers['x-amz-content-sha256']
  const asked = [method, path, sorted, listed, signed.join(';'), content].join('\n')
  const digest = createHash('sha256').update(asked).digest('hex')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${secret}`)
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, digest].join('\n')).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`
}

function hmac(key: string | Buffer, message: string): Buffer {
  return createHmac('sha256', key).update(message).digest()
}
