/** A bar; `kind` chooses its colour. */
export interface Bar {
  readonly kind: 'ours' | 'peer' | 'base'
  readonly label: string
  readonly value: number
  /** The value in words. */
  readonly text: string
}

export interface Group {
  readonly title: string
  readonly bars: readonly Bar[]
}

/** Groups on one scale. */
interface Panel {
  readonly title: string
  readonly groups: readonly Group[]
}

const width = 760
const barStart = 320
/** Leaves room for the value behind it. */
const maxBar = 380
const barHeight = 14

/** Colours of GitHub's two modes, so that it stands on either page. */
const style = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328; }
    .title { font-size: 15px; font-weight: 600; }
    .panel { font-weight: 600; }
    .label { fill: #59636e; }
    .ours { fill: #0969da; }
    .peer { fill: #8c959f; }
    .base { fill: #d1d9e0; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .label { fill: #9198a1; }
      .ours { fill: #4493f8; }
      .peer { fill: #656c76; }
      .base { fill: #3d444d; }
    }`

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '')

const textAt = (x: number, y: number, text: string, kind = '', anchor = 'start'): string =>
  `<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${escaped(text)}</text>`

/** Draws downwards and keeps the place where it goes on. */
class Drawing {
  readonly parts: string[] = []
  y = 28

  panel({ title, groups }: Panel): void {
    const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value)).filter(Number.isFinite)
    if (values.length === 0) return
    this.y += 12
    this.parts.push(textAt(0, this.y, title, 'panel'))
    this.y += 14
    const scale = maxBar / Math.max(...values)
    for (const group of groups) this.#group(group, scale)
  }

  #group({ title, bars }: Group, scale: number): void {
    this.parts.push(textAt(0, this.y + 11, title))
    for (const { kind, label, value, text } of bars) {
      const length = Number.isFinite(value) ? Math.max(1, value * scale) : 0
      const baseline = this.y + 11
      this.parts.push(
        textAt(barStart - 8, baseline, label, 'label', 'end'),
        `<rect x="${barStart}" y="${this.y}" width="${length.toFixed(1)}" height="${barHeight - 2}" rx="2" class="${kind}"/>`,
        textAt(barStart + Math.ceil(length) + 6, baseline, text, 'label'),
      )
      this.y += barHeight
    }
    this.y += 8
  }
}

/** Horizontal bars, panel below panel, as SVG that needs nothing else. */
export function barChart(title: string, panels: readonly Panel[]): string {
  const drawing = new Drawing()
  for (const panel of panels) drawing.panel(panel)
  const height = Math.ceil(drawing.y + 8)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
  <style>${style}
  </style>
  ${[textAt(0, 16, title, 'title'), ...drawing.parts].join('\n  ')}
</svg>
`
}
