import type { SessionUse } from './use-reports.js'

/** Reports the use of access tokens to one kind of sessions. */
export interface UseReporter {
  readonly store: object
  /** Whether the session can be one of these. */
  owns(use: SessionUse): Promise<boolean>
  /** @returns Whether it is one of these. */
  report(use: SessionUse): Promise<boolean>
  /** Called if it is none of any kind. */
  reportUnknown(use: SessionUse): Promise<void>
}

/** The sessions to which uses are reported. */
interface UseReporters {
  add(reporter: UseReporter): void
  report(use: SessionUse): Promise<void>
}

/** Maximum number of reporters: an application that creates sessions for each request must not fill the memory. */
const maxReporters = 100

/**
 * Reports each use to the sessions that it belongs to: a process can have several kinds, each with a store or a secret of
 * its own.
 *
 * @param last For what belongs to none of them; not asked if one of them has its store.
 */
export function createUseReporters(last: UseReporter): UseReporters {
  let reporters: readonly UseReporter[] = []
  return {
    add(reporter) {
      reporters = [reporter, ...reporters].slice(0, maxReporters)
    },
    async report(use) {
      const isCovered = reporters.some(({ store }) => store === last.store)
      const unknowing: UseReporter[] = []
      let failure: { readonly reason: unknown } | undefined
      for (const reporter of isCovered ? reporters : [...reporters, last]) {
        try {
          if (!(await reporter.owns(use))) continue
          if (await reporter.report(use)) return
          unknowing.push(reporter)
        } catch (reason) {
          // The session can be in another store.
          failure ??= { reason }
        }
      }
      if (failure !== undefined) throw failure.reason
      for (const reporter of unknowing) await reporter.reportUnknown(use)
    },
  }
}
