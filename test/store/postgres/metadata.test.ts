import { openPostgres } from '#store'
import { freshSchema, postgresUrl, skipPostgres } from '../../support/postgres.ts'
import { metadataSuite } from '../suites/metadata-suite.ts'

metadataSuite({
  name: 'PostgreSQL',
  skip: skipPostgres,
  async make() {
    const url = await postgresUrl()
    const schema = freshSchema()
    return { open: () => openPostgres({ url, schema }) }
  },
})
