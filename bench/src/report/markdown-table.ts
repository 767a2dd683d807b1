/** A column: its title, and whether it is a number's. */
export type Column = readonly [title: string, align: 'text' | 'number']

/** A table as GitHub renders it. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(([, align]) => (align === 'number' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n')
}
