import './charts.css'

export type Tone = 'good' | 'bad' | 'warn' | 'blue' | 'light'
/** What the parts of a bar stand for, in the order in which they stand. */
export type Series = { key: string; name: string; tone: Tone }

export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className="legend" aria-hidden="true">
      {series.map(({ key, name, tone }) => (
        <li key={key} className={`tone-${tone}`}>
          {name}
        </li>
      ))}
    </ul>
  )
}

export type Bar = { key: string; label: string; values: Readonly<Record<string, number>> }

export const sumOf = ({ values }: Bar, series: readonly Series[]): number =>
  series.reduce((sum, { key }) => sum + (values[key] ?? 0), 0)
