import { fuzzSuite } from '../suites/fuzz-suite.ts'

fuzzSuite(20_261_127, 300)
