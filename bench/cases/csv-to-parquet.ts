import { DuckDBInstance } from '@duckdb/node-api'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { openQuery } from '#query'
import { seeded } from '#stats'
import type { BenchCase } from '../figure.ts'
import { withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'

const rows = 2_000_000
const times = 3

export const csvToParquet: BenchCase = {
  name: 'csv-to-parquet',
  method: `A CSV of ${rows / 1e6} M rows with two whole numbers, two fractions, a time and a text, to Parquet through the door \`#query\`; median of ${times}, each after DuckDB’s own \`COPY … FROM read_csv_auto\` of the same file with the same settings.`,
  run: () =>
    withFolder(async (folder) => {
      const csv = join(folder, 'rows.csv')
      await writeCsv(csv)
      const query = openQuery()
      const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
      const connection = await instance.connect()
      const [own, bare]: [number[], number[]] = [[], []]
      for (let i = 0; i < times; i++) {
        bare.push(
          await seconds(() =>
            connection.run(
              `copy (select * from read_csv_auto('${csv}')) to '${join(folder, 'bare.parquet')}' (format parquet, compression zstd)`,
            ),
          ),
        )
        own.push(await seconds(() => query.csvToParquet(csv, join(folder, 'own.parquet'))))
      }
      connection.disconnectSync()
      instance.closeSync()
      await query.close()
      return [
        {
          title: 'CSV to Parquet',
          value: rows / median(own),
          unit: 'rows/s',
          least: 1e6,
          baseline: { title: 'DuckDB’s own `COPY`', value: rows / median(bare) },
        },
      ]
    }),
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return (performance.now() - begin) / 1000
}

async function writeCsv(file: string): Promise<void> {
  const random = seeded(1)
  const names = ['private', 'self-employed', 'government', 'without pay', 'never worked']
  const out = createWriteStream(file)
  out.write('id,age,amount,score,at,kind\n')
  for (let from = 0; from < rows; from += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, i) => {
      const at = new Date(1.7e12 + (from + i) * 1000).toISOString().slice(0, 19).replace('T', ' ')
      const kind = names[Math.floor(random() * names.length)]
      return `${from + i},${Math.floor(random() * 90)},${(random() * 1e4).toFixed(2)},${random().toFixed(6)},${at},${kind}\n`
    })
    if (!out.write(lines.join(''))) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}
