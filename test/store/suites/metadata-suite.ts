import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { sql, type Generated } from 'kysely'
import { TidemillError } from '#contract'
import { isUniqueViolation, type Metadata, type Migration } from '#store'

export interface MetadataCase {
  readonly name: string
  readonly skip: string | false
  /** A new, empty database; each call of `open` is another handle on it, as another process would have. */
  make(t: TestContext): Promise<{ open(): Promise<Metadata> }>
}

interface Tables {
  things: {
    id: string
    count: number | bigint
    weight: number | null
    bytes: Uint8Array | null
    owner: string | null
  }
  owners: { name: string; total: Generated<number> }
}

const migrations: readonly Migration[] = [
  {
    room: 'suite',
    number: 1,
    name: 'owners and things',
    statements: [
      `create table owners (name text primary key, total bigint not null default 0)`,
      `create table things (
        id text primary key,
        count bigint not null,
        weight double precision,
        bytes {blob},
        owner text references owners (name)
      )`,
    ],
  },
]

const second: Migration = {
  room: 'suite',
  number: 2,
  name: 'notes',
  statements: [`create table notes (id text primary key)`],
}

/** What every metadata database must do. */
export function metadataSuite({ name, skip, make }: MetadataCase): void {
  const check = (title: string, body: (t: TestContext, open: Opener) => Promise<void>) =>
    test(`${name}: ${title}`, { skip }, async (t) => {
      const place = await make(t)
      const opened: Metadata[] = []
      const open = async () => {
        const metadata = await place.open()
        opened.push(metadata)
        return metadata
      }
      try {
        await body(t, open)
      } finally {
        await Promise.all(opened.map((metadata) => metadata.close()))
      }
    })

  check('a row is read as it was written', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const database = metadata.tables<Tables>()
    const rows = [
      { id: 'a', count: 3, weight: 0.5, bytes: new Uint8Array([0, 255, 7]), owner: null },
      { id: 'b', count: 2 ** 53 - 1, weight: -1e300, bytes: new Uint8Array(), owner: null },
      { id: 'c', count: 2n ** 62n, weight: null, bytes: null, owner: null },
      { id: 'ü\n"', count: -1, weight: 2, bytes: null, owner: null },
    ]
    await database.insertInto('things').values(rows).execute()
    const read = await database.selectFrom('things').selectAll().orderBy('id').execute()
    assert.deepEqual(read, rows)
    const returned = await database
      .updateTable('things')
      .set({ weight: 1 })
      .where('count', '>', 3)
      .returning(['id', 'count'])
      .execute()
    assert.deepEqual(
      returned.toSorted((x, y) => (x.id < y.id ? -1 : 1)),
      [
        { id: 'b', count: 2 ** 53 - 1 },
        { id: 'c', count: 2n ** 62n },
      ],
    )
  })

  check('counts, sums and comparisons are numbers', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    await metadata.execute('insert into things (id, count) values (?, ?)', [
      ['a', 1],
      ['b', 5],
    ])
    const { rows } = await sql`
      select count(*) as n, sum(count) as total, avg(count) as mean, max(count) > 3 as many from things
    `.execute(metadata.tables<Tables>())
    assert.deepEqual(rows, [{ n: 2, total: 6, mean: 3, many: 1 }])
  })

  check('the number of changed rows is told', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const database = metadata.tables<Tables>()
    const insert = await database
      .insertInto('owners')
      .values([{ name: 'a' }, { name: 'b' }])
      .executeTakeFirst()
    assert.equal(insert.numInsertedOrUpdatedRows, 2n)
    const update = await database.updateTable('owners').set({ total: 1 }).executeTakeFirst()
    assert.equal(update.numUpdatedRows, 2n)
    const none = await database.deleteFrom('owners').where('name', '=', 'x').executeTakeFirst()
    assert.equal(none.numDeletedRows, 0n)
  })

  check('a fast read gives rows as arrays, with values as they were written', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const insert = 'insert into things (id, count, weight, bytes, owner) values (?, ?, ?, ?, ?)'
    const rows = [
      ['a', 2 ** 40, 0.5, new Uint8Array([0, 255, 7]), null],
      ['b', 2n ** 62n, null, null, null],
    ]
    await metadata.execute(insert, rows)
    const select = 'select id, count, weight, bytes, owner from things where count > ? order by id'
    assert.deepEqual(await metadata.read(select, [3]), rows)
    assert.deepEqual(await metadata.read(select, [2 ** 50]), rows.slice(1))
    assert.deepEqual(await metadata.read(`${select} limit 0`, [3]), [])
  })

  check('a transaction that throws leaves nothing', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    await assert.rejects(
      metadata.transaction<Tables, void>(async (tx) => {
        await tx.insertInto('owners').values({ name: 'a' }).execute()
        throw new Error('no')
      }),
      /^Error: no$/,
    )
    assert.deepEqual(await metadata.tables<Tables>().selectFrom('owners').selectAll().execute(), [])
    // The connection is fit for use afterwards.
    await metadata.tables<Tables>().insertInto('owners').values({ name: 'b' }).execute()
  })

  check('a savepoint takes back a part of a transaction', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const tx = await metadata.tables<Tables>().startTransaction().execute()
    await tx.insertInto('owners').values({ name: 'kept' }).execute()
    const point = await tx.savepoint('p').execute()
    await point.insertInto('owners').values({ name: 'gone' }).execute()
    await point.rollbackToSavepoint('p').execute()
    await point.releaseSavepoint('p').execute()
    await tx.commit().execute()
    const names = await metadata.tables<Tables>().selectFrom('owners').select('name').execute()
    assert.deepEqual(names, [{ name: 'kept' }])
  })

  check('transactions that read before they write lose no update', async (_, open) => {
    const handles = [await open(), await open()]
    await handles[0]?.migrate(migrations)
    await handles[0]?.tables<Tables>().insertInto('owners').values({ name: 'a' }).execute()
    const increment = (metadata: Metadata) =>
      metadata.transaction<Tables, void>(async (tx) => {
        const { total } = await tx
          .selectFrom('owners')
          .select('total')
          .where('name', '=', 'a')
          .executeTakeFirstOrThrow()
        await tx
          .updateTable('owners')
          .set({ total: total + 1 })
          .where('name', '=', 'a')
          .execute()
      })
    const rounds = Array.from({ length: 8 }, () => handles.map(increment)).flat()
    await Promise.all(rounds)
    const row = await handles[1]
      ?.tables<Tables>()
      .selectFrom('owners')
      .select('total')
      .executeTakeFirst()
    assert.deepEqual(row, { total: 16 })
  })

  check('a read neither waits for an open transaction nor sees what it wrote', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const database = metadata.tables<Tables>()
    await metadata.transaction<Tables, void>(async (tx) => {
      await tx.insertInto('owners').values({ name: 'a' }).execute()
      assert.deepEqual(await database.selectFrom('owners').selectAll().execute(), [])
      assert.equal((await tx.selectFrom('owners').selectAll().execute()).length, 1)
    })
    assert.equal((await database.selectFrom('owners').selectAll().execute()).length, 1)
  })

  check('a batch is written whole or not at all', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const rows = Array.from({ length: 2345 }, (_, i) => [`t${i}`, i, i / 2, new Uint8Array([i])])
    const insert = 'insert into things (id, count, weight, bytes) values (?, ?, ?, ?)'
    assert.equal(await metadata.execute(insert, rows), 2345)
    await assert.rejects(
      metadata.execute(insert, [
        ['new', 1, 1, null],
        ['t7', 1, 1, null],
      ]),
      (error) => isUniqueViolation(error),
    )
    const { rows: counted } =
      await sql`select count(*) as n, sum(count) as total from things`.execute(
        metadata.tables<Tables>(),
      )
    assert.deepEqual(counted, [{ n: 2345, total: (2344 * 2345) / 2 }])
    assert.equal(await metadata.execute(insert, []), 0)
  })

  check('a batch follows its conflict clause, row after row', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const ignore = `insert into owners (name, total) values (?, ?) on conflict do nothing`
    assert.equal(
      await metadata.execute(ignore, [
        ['a', 1],
        ['a', 2],
        ['b?', 3],
      ]),
      2,
    )
    const newest = `insert into owners (name, total) values (?, ?)
      on conflict (name) do update set total = excluded.total where excluded.total > owners.total`
    await metadata.execute(newest, [
      ['a', 10],
      ['a', 12],
      ['a', 11],
    ])
    const quoted = `update owners set total = ? where name = 'b?'`
    assert.equal(await metadata.execute(quoted, [[4], [5]]), 2)
    const all = await metadata
      .tables<Tables>()
      .selectFrom('owners')
      .selectAll()
      .orderBy('name')
      .execute()
    assert.deepEqual(all, [
      { name: 'a', total: 12 },
      { name: 'b?', total: 5 },
    ])
  })

  check('keys are unique and references are kept', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const database = metadata.tables<Tables>()
    await database.insertInto('owners').values({ name: 'a' }).execute()
    await assert.rejects(database.insertInto('owners').values({ name: 'a' }).execute(), (error) =>
      isUniqueViolation(error),
    )
    await assert.rejects(
      database
        .insertInto('things')
        .values({ id: 'x', count: 1, weight: null, bytes: null, owner: 'nobody' })
        .execute(),
      (error) => !isUniqueViolation(error),
    )
  })

  check('a migration is applied once, and later ones after it', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    await metadata.migrate(migrations)
    await metadata.migrate([...migrations, second])
    // A list of other rooms does not judge this one.
    await metadata.migrate([{ ...second, room: 'other', number: 1, statements: [] }])
    const { rows } = await sql`select room, number, name from schema_migrations
      order by room desc, number`.execute(metadata.tables())
    assert.deepEqual(rows, [
      { room: 'suite', number: 1, name: 'owners and things' },
      { room: 'suite', number: 2, name: 'notes' },
      { room: 'other', number: 1, name: 'notes' },
    ])
  })

  check('handles that migrate at the same time apply each migration once', async (_, open) => {
    const handles = await Promise.all([open(), open(), open()])
    await Promise.all(handles.map((metadata) => metadata.migrate([...migrations, second])))
    const { rows } = await sql`select count(*) as n from schema_migrations`.execute(
      (await open()).tables(),
    )
    assert.deepEqual(rows, [{ n: 2 }])
  })

  check('a database that knows a newer migration is refused as home_newer', async (_, open) => {
    const metadata = await open()
    await metadata.migrate([...migrations, second])
    await assert.rejects(
      metadata.migrate(migrations),
      (error) => error instanceof TidemillError && error.code === 'home_newer',
    )
  })

  check('a migration that changed after its release is refused', async (_, open) => {
    const metadata = await open()
    await metadata.migrate([...migrations, second])
    const indented = { ...second, statements: [`create  table notes\n  (id text primary key)`] }
    await metadata.migrate([...migrations, indented])
    const changed = { ...second, statements: [`create table notes (id text primary key, x text)`] }
    await assert.rejects(
      metadata.migrate([...migrations, changed]),
      (error) => error instanceof TidemillError && error.code === 'migration_changed',
    )
  })

  check('a migration that fails leaves neither its tables nor its record', async (_, open) => {
    const metadata = await open()
    await metadata.migrate(migrations)
    const broken = { ...second, statements: [...statementsOf(second), 'create tabel x'] }
    await assert.rejects(
      metadata.migrate([...migrations, broken]),
      /migration suite\/2 "notes" failed/,
    )
    await metadata.migrate([...migrations, second])
  })

  check('a new database has all migrations or none', async (_, open) => {
    const metadata = await open()
    const broken = { ...second, statements: ['create tabel x'] }
    await assert.rejects(metadata.migrate([...migrations, broken]), /"notes" failed/)
    await assert.rejects(metadata.tables<Tables>().selectFrom('owners').selectAll().execute())
    await metadata.migrate([...migrations, second])
  })

  check('migrations of a room count from 1 without a gap', async (_, open) => {
    const metadata = await open()
    await assert.rejects(metadata.migrate([second]), /should be number 1/)
    await assert.rejects(metadata.migrate([...migrations, ...migrations]), /should be number 2/)
  })

  check('a migration may speak to each database in its own words', async (_, open) => {
    const metadata = await open()
    const statements = {
      sqlite: [`create table s (id text primary key) strict`],
      postgres: [`create table s (id text primary key, at timestamptz default now())`],
    }
    await metadata.migrate([{ room: 'own', number: 1, name: 'words', statements }])
    await metadata.execute('insert into s (id) values (?)', [['a']])
  })
}

type Opener = () => Promise<Metadata>

function statementsOf({ statements }: Migration): readonly string[] {
  return 'sqlite' in statements ? statements.sqlite : statements
}
