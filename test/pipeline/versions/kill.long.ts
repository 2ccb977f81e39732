import { killTests } from '../support/kill-tests.ts'

killTests(['gc', 'fetch', 'pull', 'checkout'])
