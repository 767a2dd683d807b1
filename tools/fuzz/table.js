/**
 * @typedef {{ target: string, executions: string, edges: string, features: string, inputs: string, kept: number }} Row
 */

/** @param {readonly Row[]} rows */
export const table = (rows) =>
  [
    '| target | executions | edges | features | inputs | kept |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ target, executions, edges, features, inputs, kept }) =>
        `| ${target} | ${Number(executions).toLocaleString('en')} | ${edges} | ${features} | ${inputs} | ${kept} |`,
    ),
  ].join('\n')
