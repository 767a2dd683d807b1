import { testsOf } from './suite.js'

/**
 * Says which tests reach which mutants, out of what was reached at which time. What a hook reaches counts for every
 * test of its suite. What is reached only while something loads is `static`: no test can switch it on afterwards.
 *
 * @param {{ static: Record<string, number>, perTest: Record<string, Record<string, number>> }} reached
 * @param {Iterable<import('./suite.js').Suite>} suites
 */
export function attributed(reached, suites) {
  /** @type {Map<string, import('./suite.js').Test[]>} */
  const testsOfHooks = new Map()
  const visit = (/** @type {import('./suite.js').Suite} */ suite) => {
    testsOfHooks.set(hooksId(suite), [...(testsOfHooks.get(hooksId(suite)) ?? []), ...testsOf(suite)])
    for (const child of suite.children) if (!('fn' in child)) visit(child)
  }
  for (const suite of suites) visit(suite)

  /** @type {typeof reached} */
  const result = { static: { ...reached.static }, perTest: {} }
  for (const [id, hits] of Object.entries(reached.perTest)) {
    if (id.startsWith('load ')) Object.assign(result.static, hits)
    for (const test of id.startsWith('load ') ? [] : (testsOfHooks.get(id) ?? [{ id }])) {
      const sum = result.perTest[test.id] ?? {}
      for (const [mutant, count] of Object.entries(hits)) sum[mutant] = (sum[mutant] ?? 0) + count
      result.perTest[test.id] = sum
    }
  }
  for (const hits of Object.values(result.perTest)) {
    for (const mutant of Object.keys(hits)) delete result.static[mutant]
  }
  return result
}

/**
 * Says which files of tests reach a mutant while they load, with a table or a policy that they make there; all of
 * them, where a module of core does. Who survives the tests that reach it later has to face these as well.
 *
 * @param {{ static: Record<string, number>, perTest: Record<string, Record<string, number>> }} reached
 * @param {readonly string[]} files
 */
export function filesThatLoad(reached, files) {
  /** @type {Map<string, Set<string>>} */
  const result = new Map()
  for (const file of files) {
    for (const mutant of Object.keys(reached.perTest[loadId(file)] ?? {})) {
      result.set(mutant, (result.get(mutant) ?? new Set()).add(file))
    }
  }
  for (const mutant of Object.keys(reached.static)) result.set(mutant, new Set(files))
  return result
}

/** The name under which is noted what the hooks of a suite reach. @param {import('./suite.js').Suite} suite */
export const hooksId = (suite) => `hooks ${suite.name}`
/** The same for what is reached while a file of tests loads. @param {string} file */
export const loadId = (file) => `load ${file}`
