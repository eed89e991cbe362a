/** Colours of a chart. They are literal: a renderer that knows no CSS variables paints those black. */
export type Theme = {
  background: string
  /** Texts and axes. */
  text: string
  /** Lines behind the data, and what was lost. */
  faint: string
  /** One for each kind of data, told apart by people who see no difference of red and green too. */
  series: readonly [string, string, string]
}

export const light: Theme = {
  background: '#ffffff',
  text: '#24292f',
  faint: '#d0d7de',
  series: ['#3b6fd4', '#c2571a', '#7a7f87'],
}

export const dark: Theme = {
  background: '#0d1117',
  text: '#e6edf3',
  faint: '#3d444d',
  series: ['#6ea8fe', '#f0883e', '#9198a1'],
}
