import { testSetClocks } from './set-clocks.js'
import { engines } from './stores.js'

testSetClocks(engines.filter(({ title }) => title !== 'memory'))
