import { killTests } from '../support/kill-tests.ts'

killTests(['repro', 'add', 'push'])
