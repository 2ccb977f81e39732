import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sql } from 'kysely'
import { manualClock, openSqlite, storeMigrations, type Metadata, type Migration } from '#store'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { isError } from '../support/is-error.ts'

interface Tables {
  a: { id: string; x: number }
}

const first: Migration = {
  room: 'test',
  number: 1,
  name: 'a',
  statements: ['create table a (id text primary key, x bigint not null)'],
}

function step(number: number): Migration {
  return {
    room: 'test',
    number,
    name: `t${number}`,
    statements: [`create table t${number} (id text)`],
  }
}

async function integrity(file: string): Promise<unknown> {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return database.prepare('pragma integrity_check').get()?.integrity_check
  } finally {
    database.close()
  }
}

test('a database file is made with its folder, and only its owner reads it', async (t) => {
  const file = join(await temporaryFolder(t), 'deep', 'metadata.db')
  const metadata = await openSqlite({ file })
  await metadata.migrate([first])
  const modes = await Promise.all(
    [file, `${file}-wal`].map(async (name) => (await stat(name)).mode),
  )
  await metadata.close()
  assert.deepEqual(
    modes.map((mode) => mode & 0o777),
    [0o600, 0o600],
  )
})

test('the settings are those of durable rows', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  const read = async (name: string) =>
    Object.values(
      (await sql.raw<object>(`pragma ${name}`).execute(metadata.tables())).rows[0] ?? {},
    )[0]
  assert.equal(await read('journal_mode'), 'wal')
  assert.equal(await read('synchronous'), 2)
  assert.equal(await read('foreign_keys'), 1)
  await metadata.close()
})

test('migrating makes a backup first, and keeps the newest five', async (t) => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'metadata.db')
  const clock = manualClock()
  const metadata = await openSqlite({ file }, clock)
  await metadata.migrate([first])
  await assert.rejects(readdir(join(folder, 'backups')), /ENOENT/)
  await metadata.tables<Tables>().insertInto('a').values({ id: 'x', x: 1 }).execute()
  const known = [first]
  for (let number = 2; number <= 8; number++) {
    await clock.advance(1000)
    known.push(step(number))
    await metadata.migrate(known)
  }
  await metadata.close()
  const names = (await readdir(join(folder, 'backups'))).toSorted()
  assert.equal(names.length, 5)
  assert.match(names[0] ?? '', /^metadata-2026-01-01T00-00-03-000Z-/)
  const newest = new DatabaseSync(join(folder, 'backups', names[4] ?? ''), { readOnly: true })
  const tables = newest.prepare(`select name from sqlite_schema where name like 't_'`).all()
  assert.deepEqual(
    tables.map(({ name }) => name),
    ['t2', 't3', 't4', 't5', 't6', 't7'],
  )
  assert.equal(newest.prepare('select x from a').get()?.x, 1)
  newest.close()
})

test('beforeMigrate hears what is about to be done, and can refuse it', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const heard: string[][] = []
  const metadata = await openSqlite({
    file,
    async beforeMigrate(pending) {
      heard.push(pending.map(({ name }) => name))
      if (pending.length === 1) throw new Error('not today')
    },
  })
  await metadata.migrate([first, step(2)])
  await metadata.migrate([first, step(2)])
  await assert.rejects(metadata.migrate([first, step(2), step(3)]), /not today/)
  await metadata.close()
  assert.deepEqual(heard, [['a', 't2'], ['t3']])
})

test('a backup made while others write is a consistent copy', async (t) => {
  const folder = await temporaryFolder(t)
  const metadata = await openSqlite({ file: join(folder, 'metadata.db') })
  await metadata.migrate([first])
  const value = Buffer.alloc(2000, 'x').toString()
  await metadata.execute(
    'insert into a (id, x) values (?, ?)',
    Array.from({ length: 500 }, (_, i) => [value + i, 1]),
  )
  const copy = join(folder, 'copies', 'copy.db')
  let writing = true
  const writes = (async () => {
    // Each transaction keeps the sum even.
    for (let i = 0; writing; i++) {
      await metadata.execute('insert into a (id, x) values (?, ?)', [
        [`${i}-a`, 1],
        [`${i}-b`, 1],
      ])
      await new Promise(setImmediate)
    }
  })()
  await metadata.backup(copy)
  writing = false
  await writes
  await metadata.close()
  assert.equal(await integrity(copy), 'ok')
  const opened = new DatabaseSync(copy, { readOnly: true })
  const total = Number(opened.prepare('select sum(x) as total from a').get()?.total)
  opened.close()
  assert.ok(total >= 500 && total % 2 === 0, `total ${total}`)
  assert.deepEqual(await readdir(join(folder, 'copies')), ['copy.db'])
})

test('a damaged file is refused as home_corrupt and left as it is', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  await metadata.migrate([first])
  await metadata.execute(
    'insert into a (id, x) values (?, ?)',
    Array.from({ length: 3000 }, (_, i) => [`row ${i}`, i]),
  )
  await metadata.close()
  const good = await readFile(file)
  for (const damage of ['page', 'header', 'half'] as const) {
    const bad = Buffer.from(damage === 'half' ? good.subarray(0, good.length / 2) : good)
    if (damage === 'page') bad.fill(0xa5, 3 * 4096 + 100, 4 * 4096)
    if (damage === 'header') bad.write('not a database', 0)
    await writeFile(file, bad)
    await assert.rejects(openSqlite({ file }), isError('home_corrupt'), damage)
    assert.deepEqual(await readFile(file), bad)
  }
  await writeFile(file, good)
  await (await openSqlite({ file })).close()
})

test('a file too large to be read whole at every start is refused when its beginning or its end is gone', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  await metadata.migrate([first])
  const rows = Array.from({ length: 3000 }, (_, i) => [`row ${i}`, i])
  await metadata.execute('insert into a (id, x) values (?, ?)', rows)
  await metadata.close()
  const good = await readFile(file)
  const large = { file, checkedBytes: good.length - 1 }
  await writeFile(file, good.subarray(0, good.length / 2))
  await assert.rejects(openSqlite(large), isError('home_corrupt'))
  const headless = Buffer.from(good)
  headless.write('not a database', 0)
  await writeFile(file, headless)
  await assert.rejects(openSqlite(large), isError('home_corrupt'))
  await writeFile(file, good)
  await (await openSqlite(large)).close()
})

test('damage found later is home_corrupt too', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  await metadata.migrate([first])
  await metadata.execute(
    'insert into a (id, x) values (?, ?)',
    Array.from({ length: 3000 }, (_, i) => [`row ${i}`, i]),
  )
  await sql`pragma wal_checkpoint(truncate)`.execute(metadata.tables())
  const bytes = await readFile(file)
  await writeFile(file, bytes.fill(0xa5, 4096))
  const fresh = new DatabaseSync(file)
  fresh.close()
  // Past the pages that the connection remembers.
  await sql`pragma shrink_memory`.execute(metadata.tables())
  await assert.rejects(
    metadata.tables<Tables>().selectFrom('a').selectAll().execute(),
    isError('home_corrupt'),
  )
  await metadata.close()
})

test('a full disk is disk_full, and what was there stays', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  await metadata.migrate([first])
  await metadata.execute('insert into a (id, x) values (?, ?)', [['kept', 1]])
  await sql`pragma max_page_count = 8`.execute(metadata.tables())
  const many = Array.from({ length: 5000 }, (_, i) => [`row ${i}`, i])
  const insert = 'insert into a (id, x) values (?, ?)'
  await assert.rejects(metadata.execute(insert, many), isError('disk_full'))
  await assert.rejects(
    metadata.transaction<Tables, void>(async (tx) => {
      for (const [id, x] of many) {
        await tx
          .insertInto('a')
          .values({ id: String(id), x: Number(x) })
          .execute()
      }
    }),
    isError('disk_full'),
  )
  assert.deepEqual(await metadata.tables<Tables>().selectFrom('a').selectAll().execute(), [
    { id: 'kept', x: 1 },
  ])
  await metadata.execute(insert, [['small', 2]])
  await metadata.close()
})

test('a database that is read only is read while another writes, and refuses writes', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  await assert.rejects(openSqlite({ file, readOnly: true }), isError('not_found'))
  const writer = await openSqlite({ file })
  await writer.migrate([first])
  const reader = await openSqlite({ file, readOnly: true })
  await writer.execute('insert into a (id, x) values (?, ?)', [['x', 1]])
  const database = reader.tables<Tables>()
  assert.equal((await database.selectFrom('a').selectAll().execute()).length, 1)
  await assert.rejects(database.insertInto('a').values({ id: 'y', x: 2 }).execute(), /readonly/)
  await assert.rejects(reader.execute('delete from a', [[]]), /read only/)
  await reader.migrate([first])
  await reader.close()
  await writer.close()
})

test('a select that is written as text waits for no transaction, and sees nothing of it', async (t) => {
  const metadata = await openSqlite({ file: join(await temporaryFolder(t), 'metadata.db') })
  await metadata.migrate([first])
  const rows = () => sql`select * from a`.execute(metadata.tables<Tables>())
  let before = -1
  await metadata.transaction<Tables, void>(async (tx) => {
    await tx.insertInto('a').values({ id: 'x', x: 1 }).execute()
    before = (await rows()).rows.length
  })
  assert.deepEqual([before, (await rows()).rows.length], [0, 1])
  await metadata.close()
})

test('a write around the transaction that surrounds it is refused instead of hanging', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  await metadata.migrate([first])
  const insert = (id: string) =>
    metadata.tables<Tables>().insertInto('a').values({ id, x: 1 }).execute()
  await assert.rejects(
    metadata.transaction(() => insert('around')),
    /write through its tx/,
  )
  await assert.rejects(
    metadata.transaction(() => metadata.transaction(async () => {})),
    /write through its tx/,
  )
  // What was begun inside and goes on after its end is an ordinary write.
  let later: Promise<unknown> | undefined
  await metadata.transaction(async () => {
    later = new Promise((resolve) => setTimeout(resolve, 20)).then(() => insert('later'))
  })
  await later
  await metadata.close()
})

test('a write waits for another process without stopping this one, then is unavailable', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file, busyMs: 150 })
  await metadata.migrate([first])
  const other = new DatabaseSync(file)
  other.exec('begin immediate')
  let ticks = 0
  const ticking = setInterval(() => ticks++, 5)
  const insert = (id: string) =>
    metadata.tables<Tables>().insertInto('a').values({ id, x: 1 }).execute()
  await assert.rejects(insert('late'), isError('unavailable'))
  await assert.rejects(
    metadata.transaction(async () => {}),
    isError('unavailable'),
  )
  const patient = insert('patient')
  setTimeout(() => other.exec('commit'), 40)
  await patient
  clearInterval(ticking)
  assert.ok(ticks > 5, `${ticks} ticks`)
  other.close()
  await metadata.close()
})

test('processes that migrate and write at the same time lose nothing', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const script = join(import.meta.dirname, '../support/writer-process.ts')
  const children = Array.from({ length: 3 }, (_, i) =>
    fork(script, [file, String(i), '40'], { stdio: 'inherit' }),
  )
  const codes = await Promise.all(children.map((child) => once(child, 'exit')))
  assert.deepEqual(
    codes.map(([code]) => code as unknown),
    [0, 0, 0],
  )
  const metadata = await openSqlite({ file })
  const count = await metadata
    .tables<Tables>()
    .selectFrom('a')
    .select(({ fn }) => [fn.countAll<number>().as('n'), fn.max('x').as('last')])
    .executeTakeFirst()
  await metadata.close()
  assert.deepEqual(count, { n: 120, last: 119 })
})

test('a migration can rebuild a table that others refer to, but not break what they say', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  const b: Migration = {
    room: 'test',
    number: 2,
    name: 'b',
    statements: ['create table b (a text references a (id))'],
  }
  await metadata.migrate([first, b])
  await metadata.execute('insert into a (id, x) values (?, ?)', [['x', 1]])
  await metadata.execute('insert into b (a) values (?)', [['x']])
  const rebuild = {
    room: 'test',
    number: 3,
    name: 'rebuild',
    statements: [
      'create table a2 (id text primary key, x text not null)',
      'insert into a2 select id, x from a',
      'drop table a',
      'alter table a2 rename to a',
    ],
  }
  await metadata.migrate([first, b, rebuild])
  const broken = { room: 'test', number: 4, name: 'broken', statements: ['delete from a'] }
  await assert.rejects(
    metadata.migrate([first, b, rebuild, broken]),
    /rows of b point at nothing in a/,
  )
  assert.deepEqual(
    await metadata.tables<{ a: { x: string } }>().selectFrom('a').select('x').execute(),
    [{ x: '1' }],
  )
  await assert.rejects(
    metadata.execute('insert into b (a) values (?)', [['nobody']]),
    /FOREIGN KEY/,
  )
  await metadata.close()
})

test('rows keep their names when another process changes the table', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata = await openSqlite({ file })
  await metadata.migrate([first])
  await metadata.execute('insert into a (id, x) values (?, ?)', [['x', 1]])
  const read = () => metadata.tables<Tables>().selectFrom('a').selectAll().execute()
  await read()
  const other = new DatabaseSync(file)
  other.exec(`alter table a add column added text default 'new'`)
  other.close()
  assert.deepEqual(await read(), [{ id: 'x', x: 1, added: 'new' }])
  await metadata.close()
})

test('a database in memory works like one in a file', async () => {
  const metadata = await openSqlite({ file: ':memory:' })
  await metadata.migrate([first])
  await metadata.migrate([first, step(2), ...storeMigrations])
  await metadata.transaction<Tables, unknown>((tx) =>
    tx.insertInto('a').values({ id: 'x', x: 1 }).execute(),
  )
  assert.equal((await metadata.tables<Tables>().selectFrom('a').selectAll().execute()).length, 1)
  await metadata.close()
})

test('rows can be streamed', async (t) => {
  const file = join(await temporaryFolder(t), 'metadata.db')
  const metadata: Metadata = await openSqlite({ file })
  await metadata.migrate([first])
  await metadata.execute(
    'insert into a (id, x) values (?, ?)',
    Array.from({ length: 250 }, (_, i) => [`row ${i}`, i]),
  )
  let total = 0
  for await (const { x } of metadata.tables<Tables>().selectFrom('a').select('x').stream(100)) {
    total += x
  }
  assert.equal(total, (249 * 250) / 2)
  await metadata.close()
})
