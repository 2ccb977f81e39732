import { isolatedExecutor, localExecutor } from '#pipeline'
import { executorContract } from './executor-contract.ts'

executorContract('processes in the work tree', (root) => localExecutor({ root }))
executorContract('an empty folder and the objects', () => isolatedExecutor())
