const known = ['token', 'base64url', 'json', 'header', 'authorization', 'cookie', 'verify', 'authenticate']
const usage = `pnpm fuzz -- [--seconds=60] [--only=${known.join(',')}] [--engine=node|web] [--keep]`

/**
 * @param {readonly string[]} args
 * @returns {{ seconds: number, targets: readonly string[], engine: 'node' | 'web', keep: boolean }}
 *   Seconds for each target; `keep` adds what was found to core's corpus.
 */
export function readOptions(args) {
  /** @type {ReturnType<typeof readOptions>} */
  const options = { seconds: 60, targets: known, engine: 'node', keep: false }
  for (const arg of args) {
    const [name, value = ''] = arg.split('=')
    if (arg === '--') continue
    else if (name === '--seconds' && /^[1-9]\d*$/.test(value)) options.seconds = Number(value)
    else if (name === '--only' && value.split(',').every((target) => known.includes(target)))
      options.targets = value.split(',')
    else if (name === '--engine' && (value === 'node' || value === 'web')) options.engine = value
    else if (arg === '--keep') options.keep = true
    else throw new TypeError(`${arg}: not understood; ${usage}`)
  }
  return options
}
