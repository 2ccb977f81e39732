import { QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query'
import { createContext, use, type ReactNode } from 'react'
import type { Static, TObject, TSchema } from 'typebox'
import { httpCaller, TidemillError, type Caller, type Operation } from '#contract'
import { describeError } from '../design/error-state.tsx'
import { showToast } from '../design/toast.tsx'
import { inProject, serverAddress } from './place.ts'

const CallerContext = createContext<Caller | undefined>(undefined)

export function CallerProvider(props: { caller: Caller; children: ReactNode }): ReactNode {
  return <CallerContext value={props.caller}>{props.children}</CallerContext>
}

export function useCaller(): Caller {
  const caller = use(CallerContext)
  if (caller === undefined) throw new Error('useCaller outside CallerProvider')
  return caller
}

/** The server that served this page; what changes something carries the token that only a page of ours can read. */
export function sameOriginCaller(): Caller {
  return httpCaller({
    url: serverAddress,
    headers: () => {
      const token = cookie('tdm_csrf')
      return token === undefined ? {} : { 'x-csrf-token': token }
    },
    fetch: (input, init) => fetch(input, { ...init, credentials: 'same-origin' }),
  })
}

function cookie(name: string): string | undefined {
  const pair = document.cookie.split('; ').find((each) => each.startsWith(`${name}=`))
  return pair === undefined ? undefined : decodeURIComponent(pair.slice(name.length + 1))
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) =>
          error instanceof TidemillError && error.retryable && failures < 2,
      },
    },
  })
}

/** The first part of an operation's name: what a change of that area makes stale. */
export function areaOf(operation: { readonly name: string }): string {
  return operation.name.split('.', 1)[0] ?? operation.name
}

interface ReadOptions<Data> {
  readonly enabled?: boolean
  /** Keeps what was read for the input before, while the next is read. */
  readonly keep?: boolean
  /** How often to read again; what was read may say. */
  readonly everyMs?: number | undefined | ((data: Data | undefined) => number | undefined)
}

/** Reads by an operation and follows its changes. */
export function useRead<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  input: Static<Input>,
  options: ReadOptions<Static<Output>> = {},
): UseQueryResult<Static<Output>> {
  const caller = useCaller()
  const { everyMs } = options
  return useQuery<Static<Output>>({
    queryKey: [areaOf(operation), operation.name, input],
    queryFn: () => caller.call(operation, input),
    enabled: options.enabled ?? true,
    refetchInterval: (query: { readonly state: { readonly data?: Static<Output> } }) =>
      (typeof everyMs === 'function' ? everyMs(query.state.data) : everyMs) ?? false,
    ...(options.keep ? { placeholderData: (before: Static<Output> | undefined) => before } : {}),
  } as Parameters<typeof useQuery<Static<Output>>>[0])
}

interface ActOptions<Result, Given> {
  /** What to say when it is done. */
  readonly done?: string | ((result: Result, given: Given) => string | undefined)
  readonly onDone?: (result: Result, given: Given) => void
  /** Whether the page shows the error itself. */
  readonly quiet?: boolean
}

/** Does something by an operation; then what it may have changed is read again. */
export function useAct<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  options: ActOptions<Static<Output>, Static<Input>> = {},
): UseMutationResult<Static<Output>, Error, Static<Input>> {
  const caller = useCaller()
  const queries = useQueryClient()
  return useMutation<Static<Output>, Error, Static<Input>>({
    mutationFn: (input) => caller.call(operation, input),
    onSuccess: (result, input) => {
      const { done, onDone } = options
      const text = typeof done === 'function' ? done(result, input) : done
      if (text !== undefined) showToast('good', text)
      onDone?.(result, input)
    },
    // A refusal changes things too: a gate that says no leaves its evidence.
    onSettled: () => void queries.invalidateQueries(),
    onError: (error) => {
      if (options.quiet) return
      const { message, hint } = describeError(error)
      showToast('bad', message, hint)
    },
  })
}

/** Sends a file by an upload operation. */
export function useUpload<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  options: Pick<ActOptions<Static<Output>, Static<Input>>, 'onDone'> = {},
): UseMutationResult<Static<Output>, Error, { input: Static<Input>; body: Blob }> {
  const caller = useCaller()
  const queries = useQueryClient()
  return useMutation<Static<Output>, Error, { input: Static<Input>; body: Blob }>({
    mutationFn: ({ input, body }) => caller.call(operation, input, body),
    onSuccess: (result, { input }) => {
      options.onDone?.(result, input)
      void queries.invalidateQueries()
    },
  })
}

/** Where a browser finds what a download operation gives; cookies go along. */
export function downloadHref<Input extends TObject>(
  operation: Operation<Input>,
  input: Static<Input>,
): string {
  const rest: Record<string, unknown> = { ...(input as object) }
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(rest[name])
    delete rest[name]
    return encodeURIComponent(value)
  })
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined)
      query.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  const text = query.toString()
  return inProject(text === '' ? path : `${path}?${text}`)
}
