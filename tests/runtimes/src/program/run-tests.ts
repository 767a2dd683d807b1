import { type File, startTests, type Task, type VitestRunner } from '@vitest/runner'
import type { TestResult } from '../run-result.js'

/** Test files under their names; they load when they run, since some runtimes make no keys before. */
type TestFiles = Readonly<Record<string, () => Promise<unknown>>>

const config: VitestRunner['config'] = {
  root: '/',
  setupFiles: [],
  name: undefined,
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: { truncateThreshold: 0 },
  maxConcurrency: 1,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry: 0,
  includeTaskLocation: undefined,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
}

/** Runs test files with Vitest's own runner, which knows nothing of the runtime. */
export async function runTests(files: TestFiles): Promise<readonly TestResult[]> {
  const ran: File[] = await startTests(Object.keys(files), {
    config,
    importFile: (path) => files[path]?.(),
  })
  return ran.flatMap((file) => [
    // A file that breaks outside its tests counts as a test that failed.
    ...(file.result?.errors?.length ? [resultOf(file, file.filepath)] : []),
    ...resultsIn(file, file.filepath),
  ])
}

const resultsIn = ({ tasks }: { readonly tasks: readonly Task[] }, file: string): readonly TestResult[] =>
  tasks.flatMap((task) => (task.type === 'suite' ? resultsIn(task, file) : [resultOf(task, file)]))

function resultOf(task: Task, file: string): TestResult {
  const { state, errors } = task.result ?? {}
  const name = task.fullTestName ?? file
  if (state === 'pass') return { name, state: 'passed' }
  if (task.mode === 'skip' || task.mode === 'todo') return { name, state: 'skipped' }
  const error =
    errors?.map(({ stack, message, diff }) => [stack ?? message, diff].join('\n')).join('\n') ?? 'did not run'
  return { name, state: 'failed', error }
}
