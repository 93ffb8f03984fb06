/**
 * Charts drawn on the server, as SVG whose colours are the style sheet's: the policy of the site forbids the style attributes
 * that chart libraries write, and a chart drawn for a light page cannot be read on a dark one.
 */

export type Series = { name: string; colour: 'red' | 'blue' | 'green'; values: readonly number[] }
type ChartProps = { id: string; title: string; labels: readonly string[]; series: readonly Series[] }

/** Narrow, so that on a phone its letters are still large enough. */
const row = 18
const width = 420
const left = 108
const right = 36

/** Horizontal bars, one group for each label. The table beside it tells the same to who cannot see it. */
export function Bars({ id, title, labels, series }: ChartProps) {
  const most = Math.max(1, ...series.flatMap(({ values }) => values))
  const group = row * series.length + 14
  const height = group * labels.length + 8
  const scale = (width - left - right) / most
  return (
    <figure className="chart">
      <figcaption id={`${id}-title`}>{title}</figcaption>
      <ul className="legend" aria-hidden="true">
        {series.map(({ name, colour }) => (
          <li key={name} className={`key key-${colour}`}>
            {name}
          </li>
        ))}
      </ul>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={`${id}-title`}>
        <title>{title}</title>
        {labels.map((label, index) => (
          <g key={label} transform={`translate(0 ${index * group + 8})`}>
            <text x={left - 10} y={(row * series.length) / 2 + 5} textAnchor="end">
              {[...label].length > 7 ? `${[...label].slice(0, 6).join('')}…` : label}
            </text>
            {series.map(({ name, colour, values }, at) => {
              const value = values[index] ?? 0
              return (
                <g key={name}>
                  <rect
                    className={`bar-${colour}`}
                    x={left}
                    y={at * row + 2}
                    width={Math.max(1, value * scale)}
                    height={row - 4}
                    rx="2"
                  />
                  <text x={left + value * scale + 6} y={at * row + row / 2 + 5}>
                    {value}
                  </text>
                </g>
              )
            })}
          </g>
        ))}
      </svg>
    </figure>
  )
}
