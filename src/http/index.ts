export { createServer, type HttpServer, type ServerOptions } from './server.ts'
export { bytes, empty, events, isReply, json, page, type Reply } from './reply.ts'
export type { ErrorFacts, ErrorWriter, HttpRequest, Method, Route } from './route.ts'
export { isLoopback } from './guard-origin.ts'
