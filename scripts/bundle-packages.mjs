// Makes one file of each package that is hundreds, so that commands start sooner. It is done once for each set of versions.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleFolder, manyFiles, packagesOfManyFiles } from '../bin/bundled-packages.js'

const folder = fileURLToPath(bundleFolder()).replace(/\/$/, '')
if (existsSync(folder)) process.exit(0)
rmSync(dirname(folder), { recursive: true, force: true })
const { build } = await import('vite')
const part = `${folder}.part`
await build({
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: part,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(manyFiles.map((name) => [name, name])),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
})
mkdirSync(join(part, 'licences'))
for (const name of packagesOfManyFiles) {
  const files = readdirSync(join('node_modules', name)).filter((file) => /^licen[cs]e/i.test(file))
  for (const file of files) cpSync(join('node_modules', name, file), join(part, 'licences', name))
}
renameSync(part, folder)
