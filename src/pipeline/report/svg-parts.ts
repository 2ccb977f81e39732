export const colours = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
]

export const svgWidth = 480

/** A drawing of this height, and as wide as all are unless said. */
export function svgOf(
  title: string,
  height: number,
  content: string,
  width: number = svgWidth,
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="11" fill="#57606a">${content}</svg>`
}

export function svgText(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`
}

/** Which colour is whose, from `top` downwards. */
export function svgKeys(names: readonly string[], x: number, top: number): string {
  const keys = names.map((name, index) => {
    const y = top + index * 18
    return `<rect x="${x}" y="${y - 9}" width="10" height="10" fill="${colours[index % colours.length]}"/>${svgText(x + 16, y, name, 'start')}`
  })
  return keys.join('')
}

export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)))
}

/** At most so much of a name. */
export function shortName(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

export function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
