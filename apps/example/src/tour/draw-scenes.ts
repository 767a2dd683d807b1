import { type Framework, frameworkNames } from '../example.js'
import { countAnswers, countExpected, type Scene } from './scene.js'

const indent = '  '
const columns = { title: 45, cell: 10 }

/** Draws scenes as a table: a row for each, a column for each framework. `!` marks what was not expected. */
export function drawScenes(title: string, scenes: readonly Scene[]): string {
  const sum = (count: (scene: Scene) => number): number =>
    scenes.reduce((total, scene) => total + count(scene), 0)
  const names = frameworkNames.map((framework) => framework.padEnd(columns.cell))
  return [
    `${indent}${title}`,
    '',
    `${indent}${' '.repeat(columns.title)}${names.join('')}`.trimEnd(),
    ...scenes.map(drawRow),
    '',
    `${indent}${sum(countExpected)} of ${sum(countAnswers)} outcomes are the expected ones.`,
  ].join('\n')
}

function drawRow(scene: Scene): string {
  const cells = frameworkNames.map((framework) => drawCell(scene, framework).padEnd(columns.cell))
  return `${indent}${scene.title.padEnd(columns.title)}${cells.join('')}${scene.note ?? ''}`.trimEnd()
}

function drawCell(scene: Scene, framework: Framework): string {
  const { expected, answers } = scene
  const [first = '?', ...others] = answers[framework]
  const good = countExpected(scene, [framework])
  if (others.length === 0) return `${first}${good === 1 ? '' : '!'}`
  const all = others.length + 1
  return good === all ? `${expected} × ${all}` : `${good} of ${all}!`
}
