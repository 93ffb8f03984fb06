import { Tag } from 'antd'
import { Facts, Moment } from '../../parts/facts.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { fill, useLanguage, useTexts } from '../../texts/language.tsx'
import type { Numbers } from './dashboard-operations.ts'

/** From the metrics of the replica that answers, and from the database. */
export function HealthCard({ service, store }: { service: Numbers['service']; store: Numbers['store'] }) {
  const t = useTexts(dashboardTexts)
  const { language } = useLanguage()
  const number = (value: number) => Math.round(value).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB')
  const time = (value: number | null) =>
    value === null ? null : fill(t.milliseconds, { ms: Number(value.toPrecision(2)) })
  const share = service.answered === 0 ? 0 : (service.refused / service.answered) * 100
  return (
    <section className="card whole">
      <h2>{t.health}</h2>
      <p className="note">
        <Tag color={service.ready ? 'green' : 'red'}>{service.ready ? t.ready : t.notReady}</Tag>
        <Tag color={service.logIntact ? 'green' : 'red'}>{service.logIntact ? t.logIntact : t.logBroken}</Tag>
        {t.healthNote}
      </p>
      <Facts
        facts={[
          [t.answered, number(service.answered)],
          [t.refusedShare, `${number(service.refused)}（${share.toFixed(1)}%）`],
          [t.median, time(service.medianTime)],
          [t.slow, time(service.slowTime)],
          [t.loopDelay, time(service.eventLoopDelay)],
          [t.memory, megabytes(service.residentBytes)],
          [t.database, megabytes(store.databaseBytes)],
          [t.subjects, number(store.subjects)],
          [
            t.log,
            fill(t.logSigned, { entries: number(store.logEntries), signed: number(store.signedEntries) }),
          ],
          [t.signedAt, <Moment key="signed" at={store.signedAt} />],
          [t.batches, number(store.batchesAtWork)],
          [t.batchesWaiting, number(store.batchesWaitingForOfficers)],
          [t.tasksBehind, number(store.tasksBehind)],
          [t.webhooks, number(store.webhooksStuck)],
          [t.startedAt, <Moment key="started" at={service.startedAt} />],
        ]}
      />
    </section>
  )
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576).toLocaleString('en-US')} MB`
