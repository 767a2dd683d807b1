import { testEveryCase } from './every-case.js'
import { frameworks } from './servers/frameworks.js'

testEveryCase(frameworks, 'respond')
