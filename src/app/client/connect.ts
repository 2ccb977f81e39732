import { httpCaller, type Caller } from '#contract'
import { openRun, type LiveRun, type RunRequest } from './live-run.ts'

export interface ConnectOptions {
  /** `TIDEMILL_URL`, or http://127.0.0.1:8400, unless said. */
  readonly url?: string
  /** `TIDEMILL_TOKEN` unless said. */
  readonly token?: string
  /** `TIDEMILL_PROJECT`, or `default`, unless said. */
  readonly project?: string
  /** Whether what goes wrong while a run is logged is thrown at its `flush` and `end`; it is told once and passed over unless said. */
  readonly strict?: boolean
  /** Hears what was passed over; a line on stderr unless said. */
  readonly onProblem?: (problem: string) => void
}

/** A server: every operation, typed, by `call`; and runs that log themselves. */
export interface Client extends Caller {
  /** Starts a run. What it logs is sent in the background; a server that is away delays it and stops nothing. */
  startRun(request: RunRequest): Promise<LiveRun>
}

const usualUrl = 'http://127.0.0.1:8400'

/** Connects at the first call, so that a program that trains does not fail because a server is not up yet. */
export function connect(options: ConnectOptions = {}): Promise<Client> {
  const { TIDEMILL_URL, TIDEMILL_TOKEN, TIDEMILL_PROJECT } = process.env
  const url = options.url ?? (TIDEMILL_URL || usualUrl)
  const token = options.token ?? TIDEMILL_TOKEN
  const project = options.project ?? (TIDEMILL_PROJECT || 'default')
  const server = { url, project, ...(token ? { token } : {}) }
  const caller = httpCaller(server)
  return Promise.resolve({
    ...caller,
    startRun: (request) =>
      openRun(request, {
        caller,
        server,
        strict: options.strict ?? false,
        onProblem: options.onProblem ?? warn,
      }),
  })
}

/** Starts a run on the server that the environment names. */
export async function startRun(request: RunRequest): Promise<LiveRun> {
  return (await connect()).startRun(request)
}

function warn(problem: string): void {
  process.stderr.write(`tidemill: ${problem}\n`)
}
