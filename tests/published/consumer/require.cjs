const use = require('./use.cjs')

use(process.argv[2], async (name) => require(name))
