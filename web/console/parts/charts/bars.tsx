import { type Bar, Legend, type Series, sumOf } from './series.tsx'

/**
 * Lying bars, one a row, as a table: whoever does not see the bars reads the numbers. `SHARE`: each fills its place and
 * shows proportions; `AMOUNT`: the longest fills its place.
 */
export function Bars({
  title,
  series,
  bars,
  scale,
  text,
}: {
  title: string
  series: readonly Series[]
  bars: readonly Bar[]
  scale: 'SHARE' | 'AMOUNT'
  /** What stands behind a bar. */
  text(bar: Bar): string
}) {
  const most = Math.max(1, ...bars.map((bar) => sumOf(bar, series)))
  return (
    <div className="chart">
      <Legend series={series} />
      <table className="bars">
        <caption className="unseen">{title}</caption>
        <thead className="unseen">
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">{series.map(({ name }) => name).join(' / ')}</th>
            <th scope="col">#</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => {
            const whole = scale === 'SHARE' ? Math.max(1, sumOf(bar, series)) : most
            return (
              <tr key={bar.key}>
                <th scope="row">{bar.label}</th>
                <td className="bar-place">
                  <div className="bar">
                    {series.map(({ key, name, tone }) => {
                      const value = bar.values[key] ?? 0
                      return value === 0 ? null : (
                        <span
                          key={key}
                          className={`tone-${tone}`}
                          title={`${name} ${value}`}
                          style={{ width: `${(value / whole) * 100}%` }}
                        />
                      )
                    })}
                  </div>
                  <span className="unseen">
                    {series.map(({ key, name }) => `${name} ${bar.values[key] ?? 0}`).join('，')}
                  </span>
                </td>
                <td className="number">{text(bar)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
