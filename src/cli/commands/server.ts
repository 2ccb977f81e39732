import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf } from '../connect.ts'

export function command(): Command {
  return baseCommand('server')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port of HTTP; 0 picks a free one', Number, 8400)
    .option('--grpc-port <n>', 'port of gRPC (Open Inference Protocol); 0 picks a free one', Number)
    .option('--workspace <dir>', 'where tidemill.yaml and dvc.yaml are')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'info')
    .action(
      async (
        options: BaseOptions & {
          host: string
          port: number
          grpcPort?: number
          workspace?: string
          logLevel: string
        },
      ) => {
        const { startServer } = await import('#app/server')
        const server = await startServer({
          home: homeOf(options),
          host: options.host,
          port: options.port,
          logLevel: options.logLevel,
          ...(options.grpcPort === undefined ? {} : { grpcPort: options.grpcPort }),
          ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
        })
        const { url, grpcPort } = server
        // before anybody is told that it can be stopped
        const stopped = stopSignal()
        const grpc = grpcPort === undefined ? '' : `, gRPC at ${options.host}:${grpcPort}`
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ url, pid: process.pid, ...(grpc === '' ? {} : { grpcPort }) })}\n`
            : `Tidemill is ready at ${url}${grpc}\n`,
        )
        await stopped
        await server.stop()
      },
    )
}

/** One Ctrl-C comes twice where bin/tidemill.js hands on what the terminal sent to both; nobody presses it as fast. */
const sameSignalMs = 200

/** Resolves at the first Ctrl-C or TERM; a Ctrl-C after it ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let stoppedAt: number | undefined
    const stop = (signal: NodeJS.Signals): void => {
      if (stoppedAt === undefined) stoppedAt = performance.now()
      else if (signal === 'SIGINT' && performance.now() - stoppedAt > sameSignalMs)
        process.exit(130)
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
