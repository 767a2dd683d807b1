// Installs the workspace, then runs turbo in it. Builds do not check types: `npm test` does so once, for sources and
// tests together, and declarations need no check, since `isolatedDeclarations` has them written where they belong.
import { pnpm, runBesidePnpm } from './pnpm.js'

pnpm(['install', '--loglevel=warn'])
runBesidePnpm(['turbo', 'run', ...process.argv.slice(2), '--concurrency=100%'])
