// A test runner for Stryker that keeps core and its tests loaded, and runs for each mutant the tests that reach it.
// What only runs while a module loads is mutated in a thread of its own, where everything is loaded anew.
import { resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
} from '@stryker-mutator/api/test-runner'
import { attributed, filesThatLoad, hooksId, loadId } from './coverage.js'
import { isKnown } from './known-survivors.js'
import { mostFilesAnew, mostTests } from './most-tests.js'

const folderOf = (source) => source.replace(/^.*\/src\//, '').replace(/\/[^/]*$/, '/')

/** Tests that notice most of what can go wrong below them, and never wait for anything. */
const judgesAll = /^(vectors|jws|jwe|compact)\//

class LoadedTestRunner {
  /** By file. */
  suites = new Map()
  /** How long each test took at first. */
  costs = new Map()
  /** How many mutants of a folder a file of tests has killed. */
  kills = new Map()
  runs = 0
  isSpoiled = false
  /** Where the mutants look whether they are switched on. */
  stryker = {}

  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    globalThis.__stryker__ = this.stryker
    this.stryker.mutantCoverage = { static: {}, perTest: {} }
    // Stryker looks at this file outside of the sandbox as well, where there is nothing to load.
    const { loadSources, loadTests, testFiles } = await import('./loaded-tests.js')
    const { runSuite, testsOf } = await import('./suite.js')
    Object.assign(this, { testFiles, runSuite, testsOf })
    await loadSources()
    for (const file of testFiles) {
      this.stryker.currentTestId = loadId(file)
      this.suites.set(file, await loadTests(file))
    }
    this.stryker.currentTestId = undefined
    this.filesThatLoad = filesThatLoad(this.stryker.mutantCoverage, testFiles)
  }

  async dryRun() {
    const tests = []
    const failures = []
    for (const [file, suite] of this.suites) {
      const fileName = resolve('src', file.replace(/js$/, 'ts'))
      let began = 0
      await this.runSuite(suite, {
        wants: () => true,
        begin: (entry) => {
          this.stryker.currentTestId = 'fn' in entry ? entry.id : hooksId(entry)
          began = performance.now()
        },
        end: ({ id }, error) => {
          const timeSpentMs = performance.now() - began
          this.costs.set(id, timeSpentMs)
          const test = { id, name: id, fileName, timeSpentMs, status: TestStatus.Success }
          tests.push(test)
          if (error !== undefined) failures.push({ test, error })
          return true
        },
      })
    }
    this.stryker.currentTestId = undefined
    for (const { test, error } of failures) {
      // A test of turns and times can fail on a busy machine.
      if ((await this.failsUnchanged(test)) && (await this.failsUnchanged(test))) {
        Object.assign(test, { status: TestStatus.Failed, failureMessage: String(error?.stack ?? error) })
      }
    }
    const mutantCoverage = attributed(this.stryker.mutantCoverage, this.suites.values())
    return { status: DryRunStatus.Complete, tests, mutantCoverage }
  }

  async mutantRun({ activeMutant, testFilter, sandboxFileName, hitLimit }) {
    if (process.env['KNOWN_SURVIVE'] !== undefined && isKnown(activeMutant)) {
      return { status: MutantRunStatus.Survived, nrOfTests: 0 }
    }
    const wanted = new Set(testFilter)
    const files = this.inOrder(sandboxFileName, ({ id }) => testFilter === undefined || wanted.has(id))
    if (testFilter === undefined) return this.runAnew(activeMutant.id, files, sandboxFileName)
    // Stryker starts another process then, and asks again.
    if (this.isSpoiled) throw new Error('an earlier mutant left something behind')
    this.runs++
    // Stryker allows a hundred times the calls of the unchanged source. A loop without end has too many long before.
    const mostHits = hitLimit && hitLimit / 10 + 100_000
    Object.assign(this.stryker, { hitCount: 0, hitLimit: mostHits, activeMutant: activeMutant.id })
    const { failed, error, count } = await this.runUntilFailure(files, wanted)
    const endless = determineHitLimitReached(this.stryker.hitCount, mostHits)
    Object.assign(this.stryker, { hitCount: undefined, activeMutant: undefined })
    if (failed === undefined) {
      const loading = this.filesThatLoad.get(activeMutant.id)
      if (loading === undefined) return { status: MutantRunStatus.Survived, nrOfTests: count }
      return this.runAnew(
        activeMutant.id,
        files.filter((file) => loading.has(file)).slice(0, mostFilesAnew),
        sandboxFileName,
      )
    }
    if (await this.failsUnchanged(failed)) {
      if (this.runs > 1) throw new Error('an earlier mutant left something behind')
      this.isSpoiled = true
    }
    if (endless !== undefined) return endless
    this.noteKill(sandboxFileName, failed.id)
    const failureMessage = String(error?.message ?? error).slice(0, 200)
    return { status: MutantRunStatus.Killed, killedBy: [failed.id], failureMessage, nrOfTests: count }
  }

  noteKill(source, testId) {
    const place = `${folderOf(source)} ${testId.split('#', 1)}`
    this.kills.set(place, (this.kills.get(place) ?? 0) + 1)
  }

  /** The tests beside the source first, those of its folder, then those that have killed most for the time they take. */
  inOrder(source, isWanted) {
    const stem = source.replace(/^.*\/src\//, '').replace(/\.ts$/, '')
    const nearness = (file) =>
      file.startsWith(`${stem}.`) ? 2 : Number(file.replace(/[^/]*$/, '') === folderOf(source))
    const score = (file) => {
      const kills = this.kills.get(`${folderOf(source)} src/${file.replace(/js$/, 'ts')}`) ?? 0
      const tests = this.testsOf(this.suites.get(file)).filter(isWanted)
      const cost = tests.reduce((sum, { id }) => sum + (this.costs.get(id) ?? 1), 1)
      return (kills + (judgesAll.test(file) ? 20 : 0.5)) / cost
    }
    return this.testFiles
      .map((file) => ({ file, nearness: nearness(file), score: score(file) }))
      .sort((a, b) => b.nearness - a.nearness || b.score - a.score)
      .map(({ file }) => file)
  }

  async runUntilFailure(files, wanted) {
    const result = { failed: undefined, error: undefined, count: 0 }
    for (const file of files) {
      const goesOn = await this.runSuite(this.suites.get(file), {
        wants: ({ id }) => wanted.has(id),
        end: (test, error) => {
          result.count++
          if (error !== undefined) Object.assign(result, { failed: test, error })
          return error === undefined
        },
      })
      if (!goesOn || result.count >= mostTests) break
    }
    return result
  }

  /** Runs a test that has failed once more, without the mutant: only who passes then was a judge of it. */
  async failsUnchanged({ id }) {
    let failed = false
    for (const suite of this.suites.values()) {
      await this.runSuite(suite, {
        wants: (test) => test.id === id,
        end: (_, error) => {
          if (error !== undefined) failed = true
          return !failed
        },
      })
    }
    return failed
  }

  runAnew(mutant, files, source) {
    return new Promise((done, fail) => {
      const workerData = { mutant, files }
      const worker = new Worker(new URL('anew.js', import.meta.url), {
        workerData,
        stdout: true,
        stderr: true,
      })
      worker.once('message', (result) => {
        for (const id of result.killedBy ?? []) this.noteKill(source, id)
        done(result)
        void worker.terminate()
      })
      worker.once('error', fail)
      worker.once('exit', () => fail(new Error('the thread ended without a word')))
    })
  }

  async dispose() {}
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'loaded', LoadedTestRunner)]
