import { type Attributes, type MeterProvider, metrics, trace } from '@opentelemetry/api'
import { listenTo } from '@sealbearer/core'
import { checkMembers } from '@sealbearer/core/internal'
import { attributesOf, type EventOf, type Kind, metricMembers, secondsOf, spanMembers } from './attributes.js'

/** Options of {@link startTelemetry}. */
export interface TelemetryOptions {
  /** @default the global one */
  readonly meterProvider?: MeterProvider | undefined
  /** Whether attributes are added to the active span. @default true */
  readonly spans?: boolean | undefined
}

/** Running telemetry. */
export interface Telemetry {
  /** Stops listening to events. */
  stop(): void
}

/** The counters of events; decisions and issued tokens are counted by their histograms. */
const counted = {
  keys: 'Loads of keys, and changes of key rings',
  session: 'Sessions started, renewed and ended',
  revocation: 'Revocations, and the loss of their store',
} as const satisfies Partial<Record<Kind, string>>

/** Seconds. Most decisions take microseconds, as their token is remembered; some wait for keys. */
const boundaries = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1, 1]

/**
 * Turns the events of sealbearer in this process into attributes of the active span, and into metrics, all named
 * `sealbearer.*`. They contain no part of a token, a key or a claim. Call it after the SDK has started: earlier records are
 * lost.
 *
 * | metric | unit |
 * | --- | --- |
 * | `sealbearer.decision.duration` | a histogram, seconds |
 * | `sealbearer.issue.duration` | a histogram, seconds |
 * | `sealbearer.keys.events`, `sealbearer.session.events`, `sealbearer.revocation.events` | counters |
 *
 * @throws {TypeError} for an option that is unknown or invalid, and on a runtime without `node:diagnostics_channel`.
 * @example
 * const telemetry = startTelemetry()
 * process.once('SIGTERM', () => telemetry.stop())
 * @see {@link https://opentelemetry.io/docs/specs/semconv/general/naming/ Naming of attributes and metrics}
 */
export function startTelemetry(options: TelemetryOptions = {}): Telemetry {
  checkMembers('startTelemetry', options, ['meterProvider', 'spans'])
  const { meterProvider = metrics.getMeterProvider(), spans = true } = options
  if (typeof meterProvider?.getMeter !== 'function') {
    throw new TypeError('meterProvider: must be a MeterProvider; leave it out for the global one')
  }
  if (typeof spans !== 'boolean') throw new TypeError('spans: must be true or false')
  const meter = meterProvider.getMeter('@sealbearer/opentelemetry')

  const durationOf = (kind: 'decision' | 'issue', description: string) => {
    const histogram = meter.createHistogram(`sealbearer.${kind}.duration`, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: boundaries },
    })
    return ({ duration }: EventOf<typeof kind>, attributes: Attributes) =>
      histogram.record(secondsOf(duration), attributes)
  }
  const countOf = (kind: keyof typeof counted) => {
    const counter = meter.createCounter(`sealbearer.${kind}.events`, {
      description: counted[kind],
      unit: '{event}',
    })
    return (_event: unknown, attributes: Attributes) => counter.add(1, attributes)
  }
  const listen = <K extends Kind>(
    kind: K,
    record: (event: EventOf<K>, attributes: Attributes) => void,
  ): (() => void) =>
    listenTo(`sealbearer:${kind}`, (event: EventOf<K>) => {
      record(event, withErrorType(attributesOf(kind, event, metricMembers[kind]), event))
      const span = spans ? trace.getActiveSpan() : undefined
      if (span?.isRecording()) span.setAttributes(attributesOf(kind, event, spanMembers[kind]))
    })

  const stops = [
    listen('decision', durationOf('decision', 'How long it took to accept or refuse a request')),
    listen('issue', durationOf('issue', 'How long it took to issue a token')),
    listen('keys', countOf('keys')),
    listen('session', countOf('session')),
    listen('revocation', countOf('revocation')),
  ]
  return {
    stop() {
      for (const stop of stops) stop()
    },
  }
}

/** `error.type` is the convention for the reason of a failure, in metrics. */
function withErrorType(attributes: Attributes, event: object): Attributes {
  const type = ['reason', 'code'].map((member): unknown => Reflect.get(event, member)).find(Boolean)
  return typeof type === 'string' ? { ...attributes, 'error.type': type } : attributes
}
