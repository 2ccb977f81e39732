// Opens, migrates and appends, as one of several processes: node writer-process.ts FILE NAME ROWS
import { openSqlite } from '../../../src/store/sqlite/open-sqlite.ts'

const [file = '', name = '', rows = '0'] = process.argv.slice(2)

interface Tables {
  a: { id: string; x: number }
}

const metadata = await openSqlite({ file })
await metadata.migrate([
  {
    room: 'test',
    number: 1,
    name: 'a',
    statements: ['create table a (id text primary key, x bigint not null unique)'],
  },
])
for (let i = 0; i < Number(rows); i++) {
  await metadata.transaction<Tables, void>(async (tx) => {
    const last = await tx
      .selectFrom('a')
      .select(({ fn }) => fn.max('x').as('x'))
      .executeTakeFirst()
    const x = last?.x == null ? 0 : Number(last.x) + 1
    await tx
      .insertInto('a')
      .values({ id: `${name}-${i}`, x })
      .execute()
  })
}
await metadata.close()
process.disconnect()
