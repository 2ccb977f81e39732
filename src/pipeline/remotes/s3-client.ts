import { readFileSync } from 'node:fs'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { RemoteSettings } from './settings.ts'

/**
 * A client for the remote's settings, in DVC's names. What they do not say comes from where the AWS tools look: the environment, the
 * profiles in `~/.aws`, and on a machine of theirs its role.
 */
export async function s3Client({ options }: RemoteSettings): Promise<S3Client> {
  const endpoint = options.get('endpointurl')
  const key = options.get('access_key_id')
  const secret = options.get('secret_access_key')
  const token = options.get('session_token')
  const profile = options.get('profile')
  const region = options.get('region') ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  const [credentials, config] = [options.get('credentialpath'), options.get('configpath')]
  if (credentials !== undefined) process.env.AWS_SHARED_CREDENTIALS_FILE = credentials
  if (config !== undefined) process.env.AWS_CONFIG_FILE = config
  const anonymous = options.get('allow_anonymous_login') === 'true'
  const settings: S3ClientConfig = {
    ...(endpoint === undefined
      ? {}
      : { endpoint: withScheme(endpoint, options), forcePathStyle: true }),
    ...(profile === undefined ? {} : { profile }),
    ...(key === undefined || secret === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: key,
            secretAccessKey: secret,
            ...(token === undefined ? {} : { sessionToken: token }),
          },
        }),
    ...(anonymous ? { signer: { sign: async (request) => request } } : {}),
    followRegionRedirects: true,
    maxAttempts: 2,
    // many servers that speak S3 do not know the checksums that the client adds by itself
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: seconds(options.get('connect_timeout'), 10),
      requestTimeout: seconds(options.get('read_timeout'), 120),
      httpsAgent: { maxSockets: 256, ...trust(options.get('ssl_verify')) },
      httpAgent: { maxSockets: 256 },
    },
  }
  if (region !== undefined) return new S3Client({ ...settings, region })
  const client = new S3Client(settings)
  try {
    await client.config.region()
    return client
  } catch {
    // neither the environment nor a profile names one: where the service itself begins
    return new S3Client({ ...settings, region: 'us-east-1' })
  }
}

function withScheme(endpoint: string, options: ReadonlyMap<string, string>): string {
  if (endpoint.includes('://')) return endpoint
  return `${options.get('use_ssl') === 'false' ? 'http' : 'https'}://${endpoint}`
}

function seconds(value: string | undefined, otherwise: number): number {
  return 1000 * (value === undefined ? otherwise : Number(value))
}

/** `false`, or a file of certificates. */
function trust(verify: string | undefined): { rejectUnauthorized?: boolean; ca?: string } {
  if (verify === undefined || verify === 'true') return {}
  return verify === 'false' ? { rejectUnauthorized: false } : { ca: readFileSync(verify, 'utf8') }
}
