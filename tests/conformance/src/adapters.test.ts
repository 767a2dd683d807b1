import { testEveryCase } from './every-case.js'
import { frameworks } from './servers/frameworks.js'

// With it, the cases name their codes too. What `respond` answers is in `same-answers.test.ts`.
testEveryCase(frameworks, 'throw')
