import { Tag } from 'antd'
import { act } from '../../api/ask.ts'
import { graphql, type ResultOf } from '../../api/graphql.ts'
import { perform } from '../../api/perform.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { oneOf, useAddress } from '../../parts/address.ts'
import { allows } from '../../parts/allowed.ts'
import { choicesOf, useCommonFields } from '../../parts/common-fields.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { History, Moment } from '../../parts/facts.tsx'
import { neededText, textOf } from '../../parts/fields.tsx'
import { FilterChoice, Filters } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowOpener } from '../../parts/row-opener.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { groundWords, identityEventWords, identityStateWords, suspicionWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'

const PairsDocument = graphql(`
  query IdentityProposals($state: IdentityState, $kind: SubjectKind, $after: String) {
    identityProposals(state: $state, kind: $kind, first: 50, after: $after) {
      edges {
        node {
          id
          kind
          verdict
          allowedActions { mutation choice secondPerson }
          subjects { name uscc schemes }
          events { type at by verdict ground suspicion reason documentNo }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
type Pair = ResultOf<typeof PairsDocument>['identityProposals']['edges'][number]['node']

const JudgeDocument = graphql(`
  mutation JudgeIdentity($input: JudgeIdentityInput!) {
    judgeIdentity(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
const WithdrawDocument = graphql(`
  mutation WithdrawJudgement($input: WithdrawJudgementInput!) {
    withdrawJudgement(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
const ProposeDocument = graphql(`
  mutation ProposeIdentity($input: ProposeIdentityInput!) {
    proposeIdentity(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)

const states = ['OPEN', 'SAME', 'DIFFERENT', 'UNSURE'] as const
const kinds = ['ORGANISATION', 'PERSON'] as const
const verdicts = ['SAME', 'DIFFERENT', 'UNSURE'] as const
const grounds = ['NUMBER_REPLACED', 'NUMBER_MISTYPED', 'LEGACY_NUMBER', 'OTHER_CERTIFICATE'] as const

/** Pairs of subjects that may be one: a name only suggests, a person decides. */
export default function Names() {
  const t = useTexts(workTexts)
  const titles = useTexts(pageTexts)
  const stateWord = useWords(identityStateWords)
  const suspicionWord = useWords(suspicionWords)
  const may = useMay()
  const { value, set } = useAddress()
  const asked = useAsk(PairsDocument, {
    state: oneOf(value('state'), states),
    kind: oneOf(value('kind'), kinds),
    after: value('after'),
  })
  const rows = asked.data?.identityProposals.edges.map(({ node }) => node) ?? []
  const open = rows.find(({ id }) => id === value('open'))
  return (
    <>
      <PageHead title={titles.names}>
        {may('identity.propose') ? <ProposePair onChange={asked.reload} /> : null}
      </PageHead>
      <Filters label={t.filters}>
        <FilterChoice name="state" label={t.state} choices={choicesOf(states, stateWord)} />
        <FilterChoice
          name="kind"
          label={t.kind}
          choices={[
            { value: 'ORGANISATION', label: t.organisation },
            { value: 'PERSON', label: t.person },
          ]}
        />
      </Filters>
      <Ready asked={asked}>
        {({ identityProposals }) => (
          <DataTable
            caption={titles.names}
            loading={asked.loading}
            rows={rows}
            rowKey={({ id }) => id}
            empty={t.noPairs}
            pageInfo={identityProposals.pageInfo}
            columns={[
              {
                key: 'pair',
                title: t.subject,
                render: ({ id, subjects }) => (
                  <RowOpener value={id}>{subjects.map(({ name }) => name).join(' / ')}</RowOpener>
                ),
              },
              {
                key: 'codes',
                title: t.uscc,
                render: ({ subjects }) =>
                  subjects.map((subject, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the two of a pair have no other key.
                    <div key={index}>{subject.uscc ?? subject.schemes.join('、')}</div>
                  )),
              },
              {
                key: 'state',
                title: t.state,
                render: ({ verdict }) => <Tag>{stateWord(verdict ?? 'OPEN')}</Tag>,
                sortBy: ({ verdict }) => verdict ?? '',
              },
              {
                key: 'why',
                title: t.suspicion,
                render: ({ events }) => suspicionWord(events[0]?.suspicion ?? '—'),
              },
            ]}
          />
        )}
      </Ready>
      <SidePanel
        title={open?.subjects.map(({ name }) => name).join(' / ') ?? ''}
        open={open !== undefined}
        onClose={() => set({ open: null, after: value('after') })}
      >
        {open ? <PairView pair={open} onChange={asked.reload} /> : null}
      </SidePanel>
    </>
  )
}

function PairView({ pair, onChange }: { pair: Pair; onChange(): void }) {
  const t = useTexts(workTexts)
  const stateWord = useWords(identityStateWords)
  const groundWord = useWords(groundWords)
  const eventWord = useWords(identityEventWords)
  const { reasons, documentNo } = useCommonFields()
  const about = pair.subjects.map(({ name }) => name).join(' / ')
  return (
    <>
      {allows(pair.allowedActions, 'judgeIdentity') ? (
        <div className="acts">
          <ActButton
            label={t.judge}
            title={`${t.judge}：${about}`}
            text={<p>{t.pairHarm}</p>}
            primary
            fields={[
              { name: 'verdict', label: t.state, kind: 'choice', choices: choicesOf(verdicts, stateWord) },
              {
                name: 'ground',
                label: t.ground,
                kind: 'choice',
                optional: true,
                help: t.groundHelp,
                choices: choicesOf(grounds, groundWord),
              },
              { ...documentNo, optional: true },
              reasons,
            ]}
            onAct={(values, actionId) =>
              perform(
                'JUDGE_IDENTITY',
                JudgeDocument,
                {
                  input: {
                    actionId,
                    proposalId: pair.id,
                    verdict: oneOf(neededText(values, 'verdict'), verdicts) ?? 'UNSURE',
                    ground: oneOf(textOf(values, 'ground'), grounds),
                    documentNo: textOf(values, 'documentNo'),
                    reason: neededText(values, 'reasons'),
                  },
                },
                about,
              )
            }
            onDone={onChange}
          />
          {allows(pair.allowedActions, 'withdrawJudgement') ? (
            <ActButton
              label={t.undo}
              title={`${t.undo}：${about}`}
              danger
              fields={[reasons]}
              onAct={(values, actionId) =>
                perform(
                  'WITHDRAW_JUDGEMENT',
                  WithdrawDocument,
                  {
                    input: { actionId, proposalId: pair.id, reason: neededText(values, 'reasons') },
                  },
                  about,
                )
              }
              onDone={onChange}
            />
          ) : null}
        </div>
      ) : null}
      <h3>{t.history}</h3>
      <History
        label={t.history}
        entries={pair.events.map(({ at, type, by, ...details }) => ({
          key: at + type,
          what: `${eventWord(type)} ${details.verdict ? stateWord(details.verdict) : ''}`,
          on: <Moment at={at} />,
          by,
          details,
        }))}
      />
    </>
  )
}

function ProposePair({ onChange }: { onChange(): void }) {
  const t = useTexts(workTexts)
  const { reasons } = useCommonFields()
  return (
    <ActButton
      label={t.proposePair}
      title={t.proposePair}
      fields={[
        { name: 'one', label: t.one, kind: 'text' },
        { name: 'other', label: t.other, kind: 'text' },
        reasons,
      ]}
      onAct={(values, actionId) =>
        act(ProposeDocument, {
          input: {
            actionId,
            one: { identifier: neededText(values, 'one') },
            other: { identifier: neededText(values, 'other') },
            reason: neededText(values, 'reasons'),
          },
        })
      }
      onDone={onChange}
    />
  )
}
