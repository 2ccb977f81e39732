import type { BenchCase, Figure } from '../figure.ts'
import { withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'
import { runListFigures } from '../support/run-lists.ts'
import { seedMlflow, seedOwn } from '../support/seed-runs.ts'
import {
  poster,
  startMlflow,
  startOwn,
  type Post,
  type Server,
} from '../support/tracking-servers.ts'
import { turn } from '../support/turn.ts'

const runs = 25_000
const pages = 5

interface Search {
  readonly title: string
  readonly body: object
  /** How often the two servers take turns. */
  readonly rounds: number
  /** Pages, or so many times as many, of a turn; each must hold so many runs, where it is known. */
  readonly pages: number
  readonly found?: number
  readonly last?: boolean
}

const ofThousand = { max_results: 1000 }
const searches: readonly Search[] = [
  { title: 'newest first', body: ofThousand, rounds: 3, pages, found: 1000 },
  {
    title: 'by a filter of a metric and a param',
    body: { ...ofThousand, filter: "metrics.loss < 0.5 and params.model = 'gbdt'" },
    rounds: 3,
    pages,
    found: 1000,
  },
  {
    title: 'by patterns, 100 a page',
    body: {
      max_results: 100,
      filter: "tags.team ILIKE 'TEAM-3%' and attributes.run_name LIKE 'run-1%'",
    },
    rounds: 3,
    pages,
    found: 100,
  },
  { title: 'the last page', body: ofThousand, rounds: 3, pages, found: 1000, last: true },
  // MLflow takes the better part of a minute for one.
  {
    title: 'in the order of a metric',
    body: { ...ofThousand, order_by: ['metrics.loss ASC'] },
    rounds: 1,
    pages: 1,
    found: 1000,
  },
]

export const trackingSearch: BenchCase = {
  name: 'tracking-search',
  method: `Pages of 1,000 out of ${runs.toLocaleString('en')} runs with 5 params, 5 metrics and 3 tags each, asked of us and of a real \`mlflow server\` 3.17.2 with four workers by turns of at least five pages and two seconds, medians of three rounds (one turn, of one page for MLflow, in the order of a metric, which takes it so long). The runs were written into both databases directly. Lists and counts are asked of our own API alone.`,
  run: () =>
    withFolder(async (dir) => {
      const own = await startOwn(dir)
      const peer = await startMlflow(dir)
      try {
        const servers = peer ? [own, peer] : [own]
        const places = new Map<Server, string>()
        for (const server of servers) {
          const { experiment_id: id = '' } = await poster(server)('experiments/create', {
            name: 'searched',
          })
          if (server === own) seedOwn(server.database, id, runs)
          else seedMlflow(server.database, id, runs)
          places.set(server, id)
        }
        const figures: Figure[] = []
        for (const search of searches) figures.push(await compare(search, own, peer, places))
        return [...figures, ...(await runListFigures(own))]
      } finally {
        await peer?.stop()
        await own.stop()
      }
    }),
}

async function compare(
  search: Search,
  own: Server,
  peer: Server | undefined,
  places: ReadonlyMap<Server, string>,
): Promise<Figure> {
  const servers = peer ? [own, peer] : [own]
  const rates = new Map<Server, number[]>(servers.map((server) => [server, []]))
  const pages = new Map<Server, () => Promise<void>>()
  for (const server of servers) {
    // over a connection that stays open, as MLflow's client has it
    const post = poster(server)
    const body = { experiment_ids: [places.get(server) ?? ''], ...search.body }
    const asked = search.last ? await lastPage(post, body) : body
    pages.set(server, () => page(search, post, asked))
  }
  // The first page of each is not counted: both have their statements and caches to warm.
  if (search.pages > 1) for (const each of pages.values()) await each()
  for (let round = 0; round < search.rounds; round++) {
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      const measured = await turn(search.pages, async () => {
        for (let i = 0; i < search.pages; i++) await pages.get(server)?.()
      })
      rates.get(server)?.push(measured)
    }
  }
  const theirs = peer && median(rates.get(peer) ?? [])
  return {
    title: `Search: ${search.title}`,
    value: median(rates.get(own) ?? []),
    unit: 'pages/s',
    ...(theirs === undefined
      ? {}
      : { least: 20 * theirs, baseline: { title: 'mlflow server', value: theirs } }),
  }
}

async function page({ title, found }: Search, post: Post, body: object): Promise<void> {
  const answer = await post('runs/search', body)
  const { length } = answer.runs ?? ''
  if (found !== undefined && length !== found) throw new Error(`${title}: ${length} runs came back`)
}

/** What asks for the last full page: its token is found by walking there. */
async function lastPage(post: Post, first: object): Promise<object> {
  let body = first
  for (let i = 0; i < runs / 1000 - 1; i++) {
    const { next_page_token: token } = await post('runs/search', body)
    if (token === undefined) break
    body = { ...first, page_token: token }
  }
  return body
}
