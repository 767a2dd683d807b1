// The part of vitest that core's tests use, kept loaded: a test can be run again and again without being collected
// again, which makes a mutant cost milliseconds. `expect` and `vi` are vitest's own.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

/**
 * @typedef {{ id: string, fn: (...args: unknown[]) => unknown, suite: Suite, timeout: number }} Test
 * @typedef {{ name: string, parent: Suite | undefined, children: (Suite | Test)[], hooks: Hooks }} Suite
 * @typedef {{ beforeAll: Function[], beforeEach: Function[], afterEach: Function[], afterAll: Function[] }} Hooks
 */

// Vitest looks for its worker when timers are faked.
Reflect.set(globalThis, '__vitest_worker__', {
  config: { fakeTimers: {} },
  ctx: {},
  environment: { name: 'node' },
})
const vitest = await import(
  pathToFileURL(
    createRequire(`${process.cwd()}/package.json`)
      .resolve('vitest')
      .replace(/index\.cjs$/, 'dist/index.js'),
  ).href
)
export const { expectTypeOf, vi } = vitest

export const expect = Object.assign(vitest.expect, {
  poll: (/** @type {() => unknown} */ read) => ({
    async toBe(/** @type {unknown} */ wanted) {
      for (const end = Date.now() + 2000; Date.now() < end && !Object.is(read(), wanted); ) {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      vitest.expect(read()).toBe(wanted)
    },
  }),
})

/** @type {Suite | undefined} */
let current
/** @type {Function[]} */
let finishers = []
const ids = new Set()

/** @param {string} name @param {Suite} [parent] @returns {Suite} */
const suiteOf = (name, parent) => ({
  name,
  parent,
  children: [],
  hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
})

/** Runs what declares tests, and returns what it declared. @param {string} name @param {() => unknown} declare */
export async function collect(name, declare) {
  const suite = suiteOf(name)
  current = suite
  await declare()
  current = undefined
  return suite
}

function open() {
  if (current === undefined) throw new Error('a test outside of its file')
  return current
}

/** @param {string} name @param {() => void} declare */
export function describe(name, declare) {
  const parent = open()
  const suite = suiteOf(name, parent)
  parent.children.push(suite)
  current = suite
  declare()
  current = parent
}

const longestTimeout = 20_000

/** @param {string} name @param {...any} rest the function, and its options before it or its timeout behind it */
export function test(name, ...rest) {
  const fn = rest.find((value) => typeof value === 'function')
  const timeout =
    rest.map((value) => value?.timeout ?? value).find((value) => typeof value === 'number') ?? longestTimeout
  // A test that says of itself that it may take long is left to vitest.
  if (timeout > longestTimeout) return
  const suite = open()
  const names = [name]
  for (let at = /** @type {Suite | undefined} */ (suite); at !== undefined; at = at.parent) {
    names.unshift(at.parent === undefined ? `${at.name}#` : `${at.name} `)
  }
  const full = names.join('')
  let id = full
  for (let count = 2; ids.has(id); count++) id = `${full} (${count})`
  ids.add(id)
  suite.children.push({ id, fn, suite, timeout })
}

/** @param {(name: string, ...rest: any[]) => void} declare */
const each =
  (declare) =>
  (/** @type {unknown[]} */ rows) =>
  (/** @type {string} */ name, /** @type {unknown[]} */ ...rest) => {
    const areLists = rows.every(Array.isArray)
    for (const [index, row] of rows.entries()) {
      const values = areLists ? /** @type {unknown[]} */ (row) : [row]
      const fields = name.replace(/\$([\w.]+)/g, (_, /** @type {string} */ path) =>
        String(path.split('.').reduce((/** @type {any} */ at, member) => at?.[member], values[0])),
      )
      const spare = fields.match(/%[sdifjoO]/g)?.length ?? 0
      const bound = rest.map((value) => (typeof value === 'function' ? () => value(...values) : value))
      declare(format(fields.replaceAll('%#', String(index)), ...values.slice(0, spare)), ...bound)
    }
  }
describe.each = each(describe)
test.each = each(test)
test.runIf = (/** @type {unknown} */ condition) => (condition ? test : () => {})

/** @param {keyof Hooks} name */
const hook = (name) => (/** @type {Function} */ fn) => void open().hooks[name].push(fn)
export const beforeAll = hook('beforeAll')
export const beforeEach = hook('beforeEach')
export const afterEach = hook('afterEach')
export const afterAll = hook('afterAll')
export const onTestFinished = (/** @type {Function} */ fn) => void finishers.push(fn)

/** @param {Suite} suite @returns {Test[]} */
export const testsOf = (suite) =>
  suite.children.flatMap((child) => ('fn' in child ? [child] : testsOf(child)))

/** What nobody waited for and that failed meanwhile. @type {unknown[]} */
const strays = []
process.on('unhandledRejection', (reason) => void strays.push(reason))
process.on('uncaughtException', (error) => void strays.push(error))

const { setImmediate, setInterval, clearInterval } = globalThis // Before a test puts others in their place.
const idleSeconds = 6
const idleMicroseconds = 5_000
/** A tick that comes later than this was held up by the machine, and says nothing of the test. */
const latestTick = 1_500

/**
 * Gives up on what takes too long, and earlier on what waits for something that will not come: nothing has been
 * computed for seconds then. What counts is the time that the process had, not the time that passed: on a busy machine
 * a test is slow, and no mutant is to blame for that.
 *
 * @param {() => unknown} fn @param {number} timeout
 */
async function bounded(fn, timeout) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const late = new Promise((_, reject) => {
    let before = process.cpuUsage()
    let last = performance.now()
    let used = 0
    let idle = 0
    timer = setInterval(() => {
      const { user, system } = process.cpuUsage(before)
      const now = performance.now()
      const isOnTime = now - last < latestTick
      before = process.cpuUsage()
      last = now
      used += (user + system) / 1000
      if (user + system >= idleMicroseconds) idle = 0
      else if (isOnTime) idle++
      if (idle >= idleSeconds || used > timeout) reject(new Error('no end in sight'))
    }, 1000)
  })
  try {
    await Promise.race([fn(), late])
  } finally {
    clearInterval(timer)
  }
}

/** @param {Suite} suite @param {keyof Hooks} name @returns {Function[]} */
const inherited = (suite, name) => [
  ...(suite.parent === undefined ? [] : inherited(suite.parent, name)),
  ...suite.hooks[name],
]

/** @param {Test} test @returns {Promise<unknown>} what it failed with */
async function runTest({ fn, suite, timeout }) {
  /** @type {{ error: unknown } | undefined} */
  let failure
  const attempt = async (/** @type {Function} */ step) => {
    try {
      await bounded(() => step({}), timeout)
    } catch (error) {
      failure ??= { error }
    }
  }
  strays.length = 0
  finishers = []
  for (const before of inherited(suite, 'beforeEach')) await attempt(before)
  if (failure === undefined) await attempt(fn)
  for (const after of inherited(suite, 'afterEach').reverse()) await attempt(after)
  for (const finish of finishers.reverse()) await attempt(finish)
  if (failure !== undefined) {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  }
  // Node reports a rejection that nobody handles only when the turn is over.
  if (failure === undefined) await new Promise((resolve) => setImmediate(resolve))
  if (strays.length > 0) failure ??= { error: strays[0] }
  return failure === undefined ? undefined : (failure.error ?? new Error('thrown: undefined'))
}

/**
 * Runs the tests of a suite that are wanted, in order, until one fails or `each` says so.
 *
 * @param {Suite} suite
 * @param {{ wants: (test: Test) => boolean, begin?: (test: Test | Suite) => void, end: (test: Test, error: unknown) => boolean }} options
 * @returns {Promise<boolean>} whether to go on
 */
export async function runSuite(suite, options) {
  const tests = testsOf(suite).filter(options.wants)
  const [first] = tests
  if (first === undefined) return true
  /** @type {{ error: unknown } | undefined} */
  let failure
  const attempt = async (/** @type {Function} */ step) => {
    try {
      await bounded(() => step({}), 30_000)
    } catch (error) {
      failure ??= { error: error ?? new Error('thrown: undefined') }
    }
  }
  options.begin?.(suite)
  for (const before of suite.hooks.beforeAll) await attempt(before)
  let goesOn = true
  if (failure !== undefined) goesOn = options.end(first, failure.error)
  for (const child of failure === undefined ? suite.children : []) {
    if (!goesOn) break
    if (!('fn' in child)) {
      goesOn = await runSuite(child, options)
    } else if (options.wants(child)) {
      options.begin?.(child)
      goesOn = options.end(child, await runTest(child))
    }
  }
  failure = undefined
  options.begin?.(suite)
  for (const after of suite.hooks.afterAll) await attempt(after)
  if (goesOn && failure !== undefined) goesOn = options.end(first, Reflect.get(failure, 'error'))
  return goesOn
}
