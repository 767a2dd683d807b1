export { installBinaries } from './install.js'
export { versionOf } from './run-runtime.js'
export { binaryOf, type Runtime, runtimes } from './runtimes.js'
