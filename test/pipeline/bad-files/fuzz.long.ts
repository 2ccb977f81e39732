import { fuzzSuite } from '../suites/fuzz-suite.ts'

fuzzSuite(7, 3_000)
