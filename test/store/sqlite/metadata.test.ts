import { join } from 'node:path'
import { openSqlite } from '#store'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { metadataSuite } from '../suites/metadata-suite.ts'

metadataSuite({
  name: 'SQLite',
  skip: false,
  async make(t) {
    const folder = await temporaryFolder(t)
    return { open: () => openSqlite({ file: join(folder, 'metadata.db') }) }
  },
})
