export { compile } from './compile.js'
export { type RunningReadme, runReadme } from './run-readme.js'
