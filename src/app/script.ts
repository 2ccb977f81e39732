// A small door of the room: what lets a script work on a home or a server, for the commands that run one.
export { declareCommand } from './client/source.ts'
export { closeKit } from './kit/connect.ts'
export { registerKit } from './kit/register.ts'
