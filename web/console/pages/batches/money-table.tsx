import { DataTable } from '../../parts/data-table.tsx'
import { batchTexts } from '../../texts/batches.ts'
import { useLanguage, useTexts } from '../../texts/language.tsx'
import type { Batch, Dataset } from './batch-operations.ts'

const outcomes = ['read', 'accepted', 'unchanged', 'held', 'rejected'] as const

/** The sums of the file, to be compared with those of the books. */
export function MoneyTable({ batch, dataset }: { batch: Batch; dataset: Dataset | null }) {
  const t = useTexts(batchTexts)
  const { language } = useLanguage()
  if (batch.money.length === 0) return null
  return (
    <section className="card">
      <h2>{t.money}</h2>
      <DataTable
        caption={t.money}
        rows={batch.money}
        rowKey={({ field }) => field}
        columns={[
          {
            key: 'field',
            title: t.moneyField,
            render({ field: name }) {
              const field = dataset?.fields.find((candidate) => candidate.name === name)
              return (language === 'zh' ? field?.label : field?.labelEn) ?? name
            },
          },
          ...outcomes.map((outcome) => ({
            key: outcome,
            title: t[outcome],
            number: true,
            render: (sums: Batch['money'][number]) => wanYuan(sums[outcome]),
          })),
        ]}
      />
    </section>
  )
}

/** From fen, without the rounding of floating point. */
function wanYuan(fen: string): string {
  const value = BigInt(fen)
  const sign = value < 0n ? '-' : ''
  const size = value < 0n ? -value : value
  const rest = String(size % 1_000_000n).padStart(6, '0')
  return `${sign}${(size / 1_000_000n).toLocaleString('en-US')}.${rest}`
}
