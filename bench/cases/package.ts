import { cp, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchCase } from '../figure.ts'
import { root, withFolder } from '../support/folder.ts'
import { timedRun } from '../support/timed-run.ts'

export const packed: BenchCase = {
  name: 'package',
  method:
    'The tarball of `npm pack`, and `npm ci` of the checkout’s lock file into an empty folder, from npm’s cache where it has a package.',
  run: () =>
    withFolder(async (folder) => {
      await timedRun('npm', ['pack', '--pack-destination', folder], root)
      const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
      const { size } = await stat(join(folder, tarball))
      const checkout = join(folder, 'checkout')
      for (const file of ['package.json', 'package-lock.json', '.npmrc'])
        await cp(join(root, file), join(checkout, file))
      const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
      const seconds = await timedRun('npm', ['ci', ...flags], checkout)
      return [
        { title: 'The tarball', value: size / 1e6, unit: 'MB', most: 5 },
        { title: '`npm ci`', value: seconds, unit: 's', most: 120 },
      ]
    }),
}
