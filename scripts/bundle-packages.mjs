// Makes one file of each package that is hundreds, so that commands start sooner. It is done once for each set of versions. Several may
// do it at once: each in a folder of its own, of which one takes the name.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleFolder, isWhole, manyFiles, packagesOfManyFiles } from '../bin/bundled-packages.js'

if (isWhole(bundleFolder())) process.exit(0)
const folder = fileURLToPath(bundleFolder()).replace(/\/$/, '')
const all = dirname(folder)
mkdirSync(all, { recursive: true })
const own = mkdtempSync(join(all, 'part-'))
try {
  // below the folder that only this user can read, so that what takes the name is as any other
  const built = join(own, 'built')
  await bundle(built)
  takeName(built)
  removeOthers()
} finally {
  rmSync(own, { recursive: true, force: true })
}

async function bundle(outDir) {
  const { build } = await import('vite')
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(manyFiles.map((name) => [name, name])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  })
  mkdirSync(join(outDir, 'licences'))
  for (const name of packagesOfManyFiles) {
    const from = join('node_modules', name)
    const files = readdirSync(from).filter((file) => /^licen[cs]e/i.test(file))
    for (const file of files) cpSync(join(from, file), join(outDir, 'licences', name))
  }
}

function takeName(built) {
  if (!isWhole(bundleFolder())) {
    try {
      renameSync(folder, join(own, 'broken'))
    } catch {
      // mostly there is none; or another took it away
    }
  }
  try {
    renameSync(built, folder)
  } catch (error) {
    // another was sooner
    if (!isWhole(bundleFolder())) throw error
  }
}

/** What is of other versions, and what was begun and left; not what another is at. */
function removeOthers() {
  const anHourAgo = Date.now() - 3_600_000
  for (const name of readdirSync(all)) {
    const path = join(all, name)
    const begun = name.startsWith('part-') ? statSync(path, { throwIfNoEntry: false }) : undefined
    if (name === basename(folder) || (begun && begun.mtimeMs > anHourAgo)) continue
    rmSync(path, { recursive: true, force: true })
  }
}
