import type { Statistics, Tally } from '../answers.ts'
import { Bars, type Series } from '../chart.tsx'
import { type Page, type PageRequest, page } from '../page.ts'
import { Empty, Table } from '../parts.tsx'
import { natureTerms } from '../terms.ts'

const monthsShown = 12

/** Counts of what is published now; every chart has its numbers in a table below it. */
export const statisticsPage: Page = async (request) => {
  const { t } = request
  const { statistics } = await request.ask('Statistics', {})
  const title = t('统计分析', 'Statistics')
  const months = statistics.byMonth.toSorted((a, b) => (a.month < b.month ? -1 : 1)).slice(-monthsShown)
  const divisions = statistics.byDivision.map(({ division, name, counts }) => ({
    label: name ?? t(`市外（${division}）`, `elsewhere (${division})`),
    counts,
  }))
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          `截至 ${statistics.asOf}，只统计正在公示的组织信息；自然人不计入。`,
          `As of ${statistics.asOf}; counted is what is published now of organisations, never of persons.`,
        )}
      </p>
      <Tallies
        request={request}
        id="months"
        head={t('按月份（最近十二个月有信息的月份）', 'By month (the last twelve that have any)')}
        first={t('月份', 'Month')}
        rows={months.map(({ month, counts }) => ({ label: month, counts }))}
      />
      <Tallies
        request={request}
        id="divisions"
        head={t('按登记地', 'By place of registration')}
        first={t('地区', 'Division')}
        rows={divisions}
      />
      <Fields request={request} of={statistics} />
      <Timeliness request={request} of={statistics} />
    </>,
  )
}

type TalliesProps = {
  request: PageRequest
  id: string
  head: string
  first: string
  rows: readonly { label: string; counts: Tally }[]
}

function Tallies({ request: { t }, id, head, first, rows }: TalliesProps) {
  const bar = (name: string, colour: Series['colour'], count: keyof Tally): Series => ({
    name,
    colour,
    values: rows.map(({ counts }) => counts[count]),
  })
  const series = [
    bar(t('失信与关注名单', 'Adverse lists'), 'red', 'adverse'),
    bar(t('行政处罚', 'Penalties'), 'blue', 'penalties'),
    bar(t('守信名单', 'Trustworthy'), 'green', 'trustworthy'),
  ]
  return (
    <section aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>{head}</h2>
      {rows.length === 0 ? (
        <Empty>{t('没有数据。', 'No data.')}</Empty>
      ) : (
        <>
          <Bars id={id} title={head} labels={rows.map(({ label }) => label)} series={series} />
          <details>
            <summary>{t('数据表', 'The numbers in a table')}</summary>
            <Table
              caption={head}
              rows={rows}
              columns={[
                { head: first, cell: ({ label }) => label },
                { head: t('行政处罚', 'Penalties'), cell: ({ counts }) => counts.penalties },
                {
                  head: t('其中侵权假冒案件', 'of which counterfeiting'),
                  cell: ({ counts }) => counts.cases,
                },
                { head: t('行政许可', 'Licences'), cell: ({ counts }) => counts.licences },
                { head: t('失信与关注名单', 'Adverse lists'), cell: ({ counts }) => counts.adverse },
                { head: t('守信名单', 'Trustworthy'), cell: ({ counts }) => counts.trustworthy },
              ]}
            />
          </details>
        </>
      )}
    </section>
  )
}

function Fields({ request: { t }, of }: { request: PageRequest; of: Statistics }) {
  return (
    <section aria-labelledby="fields-head">
      <h2 id="fields-head">{t('名单按领域', 'Lists by field')}</h2>
      <Table
        caption={t('现行有效的名单信息', 'Entries in force')}
        rows={of.byField}
        columns={[
          { head: t('领域', 'Field'), cell: ({ field }) => field },
          { head: t('名单', 'List'), cell: ({ nature }) => t(...natureTerms[nature]) },
          { head: t('条数', 'Entries'), cell: ({ entries }) => entries },
        ]}
      />
    </section>
  )
}

function Timeliness({ request: { t }, of }: { request: PageRequest; of: Statistics }) {
  return (
    <section aria-labelledby="timeliness-head">
      <h2 id="timeliness-head">{t('部门报送及时性', 'Timeliness of departments')}</h2>
      <Table
        caption={t(
          '最近十二个月报送的公开数据；“存量”为接入之前的决定，不计期限',
          'Public data of the last twelve months; backlog was decided before the dataset came in, and no clock ran',
        )}
        rows={of.timeliness}
        columns={[
          { head: t('部门', 'Department'), cell: ({ departmentName }) => departmentName },
          { head: t('数据集', 'Dataset'), cell: ({ datasetName }) => datasetName },
          { head: t('期限规则', 'Clock'), cell: ({ rule }) => rule },
          { head: t('收到', 'Received'), cell: ({ received }) => received },
          { head: t('按期', 'On time'), cell: ({ onTime }) => onTime },
          { head: t('逾期', 'Late'), cell: ({ late }) => late },
          { head: t('存量', 'Backlog'), cell: ({ backlog }) => backlog },
          {
            head: t('中位天数', 'Median days'),
            cell: ({ received, medianDays }) => (received > 0 ? medianDays : '—'),
          },
        ]}
      />
    </section>
  )
}
