// The inspector's page ships in this package: `sealbearer inspect --web`.
import { copyFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url))
copyFileSync(path('../../apps/inspector/dist/inspector.html'), path('dist/inspector.html'))
