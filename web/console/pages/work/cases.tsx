import { Tag } from 'antd'
import type { VariablesOf } from '../../api/graphql.ts'
import { useAsk } from '../../api/use-ask.ts'
import { oneOf, useAddress } from '../../parts/address.ts'
import { choicesOf } from '../../parts/common-fields.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Clock } from '../../parts/facts.tsx'
import { FilterChoice, Filters, FilterToggle } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowLink } from '../../parts/row-opener.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { casePhaseWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { CasesDocument } from './case-operations.ts'
import { OpenCase } from './open-case.tsx'

const phases = {
  OBJECTION: ['RECEIVED', 'ACCEPTED', 'VERIFYING', 'ANSWERED', 'REFUSED', 'UPHELD', 'REJECTED', 'WITHDRAWN'],
  REPAIR: ['RECEIVED', 'ACCEPTED', 'REFUSED', 'GRANTED', 'DENIED', 'WITHDRAWN'],
} as const

/** Objections, or applications for repair: what is overdue stands first. */
export function Cases({ kind }: { kind: 'OBJECTION' | 'REPAIR' }) {
  const t = useTexts(workTexts)
  const titles = useTexts(pageTexts)
  const phaseWord = useWords(casePhaseWords)
  const may = useMay()
  const { value } = useAddress()
  const variables: VariablesOf<typeof CasesDocument> = {
    kind,
    phase: oneOf(value('phase'), phases[kind]),
    mine: value('mine') === '1',
    overdueOnly: value('overdue') === '1',
    after: value('after'),
  }
  const asked = useAsk(CasesDocument, variables)
  const title = kind === 'OBJECTION' ? titles.objections : titles.repairs
  const folder = kind === 'OBJECTION' ? '/objections' : '/repairs'
  return (
    <>
      <PageHead title={title}>
        {may(kind === 'OBJECTION' ? 'objection.decide' : 'repair.decide') ? <OpenCase kind={kind} /> : null}
      </PageHead>
      <Filters label={t.filters}>
        <FilterChoice name="phase" label={t.phase} choices={choicesOf(phases[kind], phaseWord)} />
        <FilterToggle name="mine" label={t.mine} />
        <FilterToggle name="overdue" label={t.overdueOnly} />
      </Filters>
      <Ready asked={asked}>
        {({ remedies }) => (
          <DataTable
            caption={title}
            loading={asked.loading}
            rows={remedies.edges.map(({ node }) => node)}
            rowKey={({ code }) => code}
            empty={t.noCases}
            pageInfo={remedies.pageInfo}
            columns={[
              {
                key: 'code',
                title: t.caseCode,
                render: ({ code }) => <RowLink to={`${folder}/${code}`}>{code}</RowLink>,
              },
              {
                key: 'subject',
                title: t.subject,
                render: ({ subject }) => (
                  <>
                    {subject.name}
                    {subject.uscc ? <div className="uscc">{subject.uscc}</div> : null}
                  </>
                ),
              },
              {
                key: 'phase',
                title: t.phase,
                render: ({ phase }) => <Tag>{phaseWord(phase)}</Tag>,
                sortBy: ({ phase }) => phase,
              },
              {
                key: 'due',
                title: t.clock,
                render: ({ present }) => (
                  <>
                    <Clock due={present} />
                    {present?.owedBy ? <div className="note">{present.owedBy.name}</div> : null}
                  </>
                ),
                sortBy: ({ present }) => present?.dueOn ?? '9999',
              },
              { key: 'provider', title: t.provider, render: ({ provider }) => provider.name },
              {
                key: 'opened',
                title: t.opened,
                render: ({ openedOn }) => openedOn,
                sortBy: ({ openedOn }) => openedOn,
              },
            ]}
          />
        )}
      </Ready>
    </>
  )
}
