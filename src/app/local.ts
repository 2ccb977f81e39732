// A small door of the room: a home opened in this process, for commands that ask one thing and end.
export { localIdentity } from '#auth'
export { openApp } from './app.ts'
export { localCaller } from './local-caller.ts'
