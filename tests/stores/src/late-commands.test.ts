import { testLateCommands } from './late-commands.js'
import { engines } from './stores.js'

testLateCommands(engines.filter(({ title }) => title === 'PGlite'))
