import { poster, startOwn } from './support/tracking-servers.ts'
const own = await startOwn('/work/scale')
const post = poster(own)
const { experiments } = (await post('experiments/search', { max_results: 100 })) as any
const id = experiments.find((e: any) => e.name === 'all').experiment_id
const qs: any = {
  'newest 100': { max_results: 100 },
  'newest 1000': { max_results: 1000 },
  'order metric': { max_results: 100, order_by: ['metrics.loss ASC'] },
  'order filtered': {
    max_results: 100,
    order_by: ['metrics.auc DESC'],
    filter: "params.model = 'gbdt'",
  },
  many: { max_results: 100, filter: "metrics.loss < 0.5 and params.model = 'gbdt'" },
  few: { max_results: 100, filter: 'metrics.loss < 0.0005' },
  one: { max_results: 100, filter: "params.seed = '500000'" },
  pattern: {
    max_results: 100,
    filter: "tags.team = 'team-3' and attributes.run_name LIKE 'run-1%'",
  },
  oldest: { max_results: 100, order_by: ['attributes.start_time ASC'] },
}
const only = process.argv[2]
for (const [n, q] of Object.entries(qs)) {
  if (only && n !== only) continue
  const ts: number[] = []
  for (let i = 0; i < 20; i++) {
    const t = performance.now()
    const r: any = await post('runs/search', { experiment_ids: [id], ...(q as any) })
    ts.push(performance.now() - t)
    if (!r.runs?.length) throw new Error(n)
  }
  console.log(
    n,
    'first',
    ts[0]!.toFixed(0),
    'min',
    Math.min(...ts).toFixed(1),
    'max',
    Math.max(...ts.slice(1)).toFixed(1),
  )
}
for (const f of ['', "metrics.loss < 0.5 and params.model = 'gbdt'"]) {
  const t = performance.now()
  const r = await fetch(`${own.url}/api/runs/count`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter: f }),
  })
  console.log('count', r.status, (await r.text()).slice(0, 200), performance.now() - t)
}
await own.stop()
