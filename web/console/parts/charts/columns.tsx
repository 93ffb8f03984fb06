import { type Bar, Legend, type Series, sumOf } from './series.tsx'

const width = 640
const height = 190
const left = 44
const bottom = 24
const top = 10

/** Standing bars over time, stacked, drawn as SVG; the table beside them is for whoever does not see them. */
export function Columns({
  title,
  series,
  bars,
}: {
  title: string
  series: readonly Series[]
  bars: readonly Bar[]
}) {
  const most = niceCeiling(Math.max(1, ...bars.map((bar) => sumOf(bar, series))))
  const place = (width - left) / Math.max(1, bars.length)
  const wide = Math.min(40, place * 0.7)
  const y = (value: number) => top + (height - top - bottom) * (1 - value / most)
  // Labels that would run into each other are left out.
  const every = Math.max(1, Math.ceil(bars.length / 12))
  return (
    <figure className="chart">
      {series.length > 1 ? <Legend series={series} /> : null}
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        {[0, most / 2, most].map((value) => (
          <g key={value}>
            <line x1={left} x2={width} y1={y(value)} y2={y(value)} />
            <text x={left - 6} y={y(value) + 4} textAnchor="end">
              {compact(value)}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => {
          let base = 0
          const x = left + place * index + (place - wide) / 2
          return (
            <g key={bar.key}>
              {series.map(({ key, name, tone }) => {
                const value = bar.values[key] ?? 0
                if (value === 0) return null
                base += value
                return (
                  <rect
                    key={key}
                    className={`tone-${tone}`}
                    x={x}
                    y={y(base)}
                    width={wide}
                    height={Math.max(1, y(base - value) - y(base))}
                  >
                    <title>{`${bar.label} ${name} ${value}`}</title>
                  </rect>
                )
              })}
              {index % every === 0 ? (
                <text x={x + wide / 2} y={height - 8} textAnchor="middle">
                  {bar.label}
                </text>
              ) : null}
            </g>
          )
        })}
      </svg>
      <table className="unseen">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {series.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.key}>
              <th scope="row">{bar.label}</th>
              {series.map(({ key }) => (
                <td key={key}>{bar.values[key] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

/** The next number of the form 1, 2 or 5 × 10ⁿ, and an even one, so that its half is whole. */
function niceCeiling(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 5, 10].find((factor) => factor * ten >= value) ?? 10
  return Math.max(2, step * ten)
}

const compact = (value: number): string =>
  value >= 10_000 ? `${Number((value / 10_000).toFixed(1))}万` : String(Number(value.toFixed(1)))
