import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { withEnvironment } from './environment.ts'
import { listen } from './listen.ts'
import { azureSecureServer } from './remote-servers.ts'

export const tenant = '72f988bf-0000-4000-8000-2d7cd011db47'
export const application = {
  tenant_id: tenant,
  client_id: '11111111-0000-4000-8000-000000000001',
  client_secret: 'a-secret-of-the-test',
}

/** Where nobody is found. */
const nobody = {
  AZURE_TENANT_ID: undefined,
  AZURE_CLIENT_ID: undefined,
  AZURE_CLIENT_SECRET: undefined,
  AZURE_FEDERATED_TOKEN_FILE: undefined,
  AZURE_STORAGE_CONNECTION_STRING: undefined,
  AZURE_STORAGE_ACCOUNT: undefined,
  AZURE_STORAGE_KEY: undefined,
  AZURE_STORAGE_SAS_TOKEN: undefined,
  AZURE_POD_IDENTITY_AUTHORITY_HOST: undefined,
  AZURE_CONFIG_DIR: '/nowhere',
  IDENTITY_ENDPOINT: undefined,
  IDENTITY_HEADER: undefined,
}

export interface Entra {
  /** The bodies of the requests for tokens. */
  readonly asked: URLSearchParams[]
  readonly proxy: string
  /** The certificate that its servers show. */
  readonly trusted: string
}

export interface EntraOptions {
  /** How long its tokens are good for. */
  readonly seconds?: number
  readonly refuse?: Refuse
  /** Who takes the place of the blobs. */
  readonly blobs?: number
}

/**
 * Microsoft's cloud for one test, under its own names: a proxy leads `login.microsoftonline.com` to an endpoint that hands out tokens
 * and the account's address to Azurite, which takes them.
 */
export async function entra(t: TestContext, options: EntraOptions = {}): Promise<Entra> {
  const { port: blobs, folder } = await azureSecureServer()
  const trusted = join(folder, 'cert.pem')
  const cert = readFileSync(trusted)
  const asked: URLSearchParams[] = []
  const login = await listen(
    t,
    createSecureServer(
      { cert, key: readFileSync(join(folder, 'key.pem')) },
      (request, response) => {
        void answer(request, asked, options).then(({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' })
          response.end(JSON.stringify(body))
        })
      },
    ),
  )
  const ports: Readonly<Record<string, number>> = {
    'login.microsoftonline.com:443': login,
    'devstoreaccount1.blob.core.windows.net:443': options.blobs ?? blobs,
  }
  const proxy = `http://127.0.0.1:${await listen(t, proxyTo(ports))}`
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, cert.toString()])
  t.after(() => setDefaultCACertificates(before))
  withEnvironment(t, { ...nobody, HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1' })
  return { asked, proxy, trusted }
}

/** A token that Azurite takes: it reads who it is for, from whom and until when. */
export function token(seconds: number): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    aud: 'https://storage.azure.com',
    iss: `https://sts.windows.net/${tenant}/`,
    iat: now,
    nbf: now - 5,
    exp: now + seconds,
  }
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part('signature')}`
}

/** What Entra refuses a request with, in its words, or `undefined`. */
type Refuse = (request: {
  readonly tenant: string
  readonly body: URLSearchParams
}) => string | undefined

async function answer(
  request: IncomingMessage,
  asked: URLSearchParams[],
  { seconds = 3600, refuse = refuseOthers }: EntraOptions,
): Promise<{ status: number; body: unknown }> {
  const [, named = ''] = request.url?.split('/') ?? []
  const body = new URLSearchParams(await text(request))
  if (request.method !== 'POST') {
    const place = `https://login.microsoftonline.com/${named}`
    return {
      status: 200,
      body: {
        issuer: `${place}/v2.0`,
        authorization_endpoint: `${place}/oauth2/v2.0/authorize`,
        token_endpoint: `${place}/oauth2/v2.0/token`,
        jwks_uri: `${place}/discovery/v2.0/keys`,
      },
    }
  }
  asked.push(body)
  const refusal = refuse({ tenant: named, body })
  if (refusal !== undefined) {
    const trace = `Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()} Timestamp: 2026-11-28 01:00:00Z`
    return {
      status: 401,
      body: { error: 'invalid_client', error_description: `${refusal} ${trace}` },
    }
  }
  const access_token = token(seconds)
  return { status: 200, body: { token_type: 'Bearer', expires_in: seconds, access_token } }
}

const refuseOthers: Refuse = ({ tenant: named, body }) => {
  if (named !== tenant)
    return `AADSTS90002: Tenant '${named}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`
  const { client_id, client_secret } = application
  const proved = body.get('client_secret') === client_secret || body.has('client_assertion')
  if (body.get('client_id') === client_id && proved) return undefined
  return `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client_id}'.`
}

function proxyTo(ports: Readonly<Record<string, number>>): Server {
  // what is asked without a tunnel is the machine's metadata, which are not there
  const server = createServer((request) => request.destroy())
  server.on('connect', (request: IncomingMessage, socket) => {
    const port = ports[request.url ?? ''] ?? Number(new URL(`http://${request.url}`).port)
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket)
      socket.pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  return server
}
