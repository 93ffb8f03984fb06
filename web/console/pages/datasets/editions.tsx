import { Moment } from '../../parts/facts.tsx'
import { datasetTexts, partWords } from '../../texts/datasets.ts'
import { fill, useTexts, useWords } from '../../texts/language.tsx'
import type { Edition } from './dataset-operations.ts'

/** Every edition with what it changed, latest first. */
export function Editions({ editions }: { editions: readonly Edition[] }) {
  const t = useTexts(datasetTexts)
  return (
    <ol className="history" aria-label={t.history}>
      {editions.map((edition) => (
        <li key={edition.version}>
          <strong>{fill(t.edition, { version: edition.version })}</strong>{' '}
          <span>
            <Moment at={edition.createdAt} />
          </span>
          <Differences changes={edition.changes} />
        </li>
      ))}
    </ol>
  )
}

function Differences({ changes }: { changes: Edition['changes'] }) {
  const t = useTexts(datasetTexts)
  const part = useWords(partWords)
  if (changes === null) return <p className="note">{t.first}</p>
  const { added, removed, changed, parts } = changes
  const lines = [
    { name: t.added, sign: '+', tone: 'good', texts: added },
    { name: t.removed, sign: '−', tone: 'bad', texts: removed },
    {
      name: t.changed,
      sign: '~',
      tone: 'warn',
      texts: changed.map((change) => `${change.field}（${change.parts.map(part).join('、')}）`),
    },
    { name: t.parts, sign: '~', tone: 'warn', texts: parts.map(part) },
  ].filter(({ texts }) => texts.length > 0)
  if (lines.length === 0) return <p className="note">{t.unchanged}</p>
  return (
    <ul className="plain differences">
      {lines.map(({ name, sign, tone, texts }) => (
        <li key={name}>
          <span className={tone} aria-hidden="true">
            {sign}
          </span>{' '}
          {name}：{texts.join('、')}
        </li>
      ))}
    </ul>
  )
}
