import type { NodeTarget } from '../node.js'
import type { WireRequest, WireResponse } from '../target.js'
import type { Capture, Outlet } from './capture.js'
import { exclusions } from './exclusions.js'
import { requestSecrets } from './request-secrets.js'
import { Taint } from './taint.js'

/** What became of a request, and where pieces of secrets were seen. */
interface CaseReport {
  readonly response: WireResponse
  /** `outlet: label`, once each. */
  readonly leaks: readonly string[]
  /** Where anything was said. */
  readonly spoken: readonly Outlet[]
}

/** Sends a request and searches everything that is said about it for pieces of the request and of the keys. */
export async function leaksOfCase(
  target: NodeTarget,
  request: WireRequest,
  capture: Capture,
  keyTaint: Taint,
  publicTexts: readonly string[],
): Promise<CaseReport> {
  capture.take()
  const response = await target.send(request)
  // Loggers and listeners that come after the answer.
  await new Promise((resolve) => setImmediate(resolve))
  const said = capture.take()
  const secrets = requestSecrets(request)
  const taint = new Taint(secrets, publicTexts)
  const taintOf = (outlet: Outlet | 'answer'): Taint => {
    const told = exclusions
      .filter(
        ({ frameworks, outlets }) => frameworks.includes(target.name) && outlets.some((o) => o === outlet),
      )
      .flatMap((exclusion) => exclusion.told(request))
    return told.length === 0 ? taint : new Taint(secrets, [...publicTexts, ...told])
  }
  const leaksIn = (outlet: Outlet | 'answer', text: string): readonly string[] =>
    [...taintOf(outlet).find(text), ...keyTaint.find(text)].map((label) => `${outlet}: ${label}`)
  // The type of Said, which Object.entries loses.
  const outlets = Object.entries(said) as [Outlet, readonly string[]][]
  return {
    response,
    leaks: [
      ...leaksIn('answer', [...response.headers.flat(), response.body].join('\n')),
      ...outlets.flatMap(([outlet, texts]) => leaksIn(outlet, texts.join('\n'))),
    ],
    spoken: outlets.filter(([, texts]) => texts.length > 0).map(([outlet]) => outlet),
  }
}
