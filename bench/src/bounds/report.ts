import type { Machine } from '../report/machine.js'
import { type Column, markdownTable } from '../report/markdown-table.js'
import { digits, times } from '../report/numbers.js'
import type { MeasuredFlooding, MeasuredGroup, MeasuredHold, MeasuredRefusal } from './measured-bounds.js'

/** What was measured on one implementation of the cryptography. */
export interface EngineBounds {
  readonly engine: string
  readonly groups: readonly MeasuredGroup[]
  readonly floods: readonly MeasuredFlooding[]
  readonly holds: readonly MeasuredHold[]
}

export interface Bounds {
  readonly machine: Machine
  readonly node: string
  readonly quick: boolean
  readonly minutes: number
  readonly engines: readonly EngineBounds[]
}

/** Noise of a machine that others use too. */
const allowed = 1.1
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

const ratio = (value: number): string => (value > allowed ? `**${times(value)}**` : times(value))

const cells = (size: MeasuredRefusal): readonly string[] => [
  size.characters.toLocaleString('en'),
  digits(size.refused),
  digits(size.letIn),
  ratio(size.ratio),
  times(size.ratioToUsual),
  mebibytes(size.leftBytes),
]

const refusalColumns: readonly Column[] = [
  ['shape', 'text'],
  ['answer', 'text'],
  ['characters', 'number'],
  ['refused µs', 'number'],
  ['good µs', 'number'],
  ['refused/good', 'number'],
  ['refused/usual', 'number'],
  ['heap MiB', 'number'],
]

const groupSection = ({ title, note, shapes }: MeasuredGroup): string =>
  [
    `### ${title}`,
    note,
    markdownTable(
      refusalColumns,
      shapes.flatMap((shape) =>
        shape.sizes.map((size, i) => [i === 0 ? shape.title : '', i === 0 ? shape.code : '', ...cells(size)]),
      ),
    ),
  ].join('\n\n')

const floodColumns: readonly Column[] = [
  ['flood', 'text'],
  ['answer', 'text'],
  ['inputs, all different', 'number'],
  ['heap grew by MiB', 'number'],
  ['bound MiB', 'number'],
  ['', 'text'],
]

const floodRow = ({
  title,
  answer,
  count,
  heapBytes,
  boundBytes,
  note,
}: MeasuredFlooding): readonly string[] => [
  title,
  answer,
  count.toLocaleString('en'),
  heapBytes > boundBytes ? `**${mebibytes(heapBytes)}**` : mebibytes(heapBytes),
  mebibytes(boundBytes),
  note,
]

const holdColumns: readonly Column[] = [
  ['work', 'text'],
  ['answer', 'text'],
  ['held up', 'text'],
  ['ms', 'number'],
  ['bound ms', 'number'],
]

const holdRow = ({
  title,
  answer,
  measures,
  milliseconds,
  boundMilliseconds,
}: MeasuredHold): readonly string[] => [
  title,
  answer,
  measures,
  milliseconds > boundMilliseconds ? `**${digits(milliseconds)}**` : digits(milliseconds),
  String(boundMilliseconds),
]

const holdNote = `The longest time between two turns of the event loop while the work is done, or until the answer where a
function of the application answers late or never; the best of three rounds, or the only one where that takes five seconds.`

function summary({ groups, floods, holds }: EngineBounds): string {
  const sizes = groups.flatMap(({ shapes }) => shapes.flatMap((shape) => shape.sizes))
  const expensive = sizes.filter((size) => size.ratio > allowed)
  const over = floods.filter(({ heapBytes, boundBytes }) => heapBytes > boundBytes)
  const late = holds.filter(({ milliseconds, boundMilliseconds }) => milliseconds > boundMilliseconds)
  const most = Math.max(...sizes.map((size) => size.ratio))
  return [
    `${sizes.length - expensive.length} of ${sizes.length} refusals cost no more than a good one of the same size and kind, the most expensive of all ${times(most)};`,
    `${floods.length - over.length} of ${floods.length} floods stay within their bound of memory,`,
    `${holds.length - late.length} of ${holds.length} pieces of work within their bound of time.`,
  ].join(' ')
}

const method = `Each shape is refused in turns with a good one of the same size, in one process. Figures are processor time,
medians over rounds; every text is a string of its own, as a server gets it. "Good" has among its claims as many
members, lists or escapes as the hostile one, where a good token can; "usual" has a list of groups, which is cheaper to
read. Good signed tokens are HS256, the cheapest to verify there is, and no verified token is cached. Bold is more than
${allowed.toFixed(1)} times. "Heap" is what is left of many after the garbage is collected: noise around nothing.`

const floodNote = `Heap after the garbage is collected, less what it was after the first hundred. A cache of verified tokens may
take 16 MiB, which is \`cache.maxBytes\`; where nothing may be kept, 1 MiB is for the runtime's own.`

/** The whole report. */
export function boundsReport({ machine, node, quick, minutes, engines }: Bounds): string {
  const how = quick ? ' -- --quick' : ''
  return [
    '# Bounds',
    `Written by \`pnpm bounds${how}\` on ${machine.date}, within ${Math.ceil(minutes)} min.`,
    ...(quick ? ['**A quick run: it shows that everything works, its figures are mostly noise.**'] : []),
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}; Node ${node}.`,
    'What it costs to refuse hostile input, and what is left of it.',
    ...engines.map((bounds) => `**${bounds.engine}**: ${summary(bounds)}`),
    method,
    ...engines.flatMap((bounds) => [
      `## Floods, on ${bounds.engine}`,
      floodNote,
      markdownTable(floodColumns, bounds.floods.map(floodRow)),
      `## What holds up others, on ${bounds.engine}`,
      holdNote,
      markdownTable(holdColumns, bounds.holds.map(holdRow)),
      `## Refusals, on ${bounds.engine}`,
      ...bounds.groups.map(groupSection),
    ]),
    '',
  ].join('\n\n')
}
