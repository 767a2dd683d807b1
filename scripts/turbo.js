// Installs the workspace, then runs turbo in it.
import { pnpm } from './pnpm.js'

pnpm(['install', '--loglevel=warn'])
pnpm(['exec', 'turbo', 'run', ...process.argv.slice(2), '--concurrency=100%'])
