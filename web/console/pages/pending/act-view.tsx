import { act as perform } from '../../api/ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useCommonFields } from '../../parts/common-fields.ts'
import { Facts, Moment, useFactText } from '../../parts/facts.tsx'
import { neededText, textOf } from '../../parts/fields.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { actStateWords, operationWords, pendingTexts } from '../../texts/pending.ts'
import { AboutAct } from './about-act.tsx'
import { DecideActDocument, type PendingAct } from './pending-operations.ts'

/** Everything that would happen, and whether it shall. */
export function ActView({ act, onChange }: { act: PendingAct; onChange(): void }) {
  const t = useTexts(pendingTexts)
  const operationWord = useWords(operationWords)
  const stateWord = useWords(actStateWords)
  const factText = useFactText()
  const { reasons } = useCommonFields()
  const title = operationWord(act.operation)
  const decide = (decision: 'APPROVE' | 'REJECT' | 'WITHDRAW', reason: string | null) =>
    perform(DecideActDocument, { input: { id: act.id, decision, reason } })
  return (
    <>
      <div className="acts">
        {act.mayDecide ? (
          <>
            <ActButton
              label={t.approve}
              title={`${t.approve}：${title}`}
              text={t.approveText}
              primary
              fields={[{ ...reasons, label: t.optionalReason, optional: true }]}
              onAct={(values) => decide('APPROVE', textOf(values, 'reasons'))}
              onDone={onChange}
            />
            <ActButton
              label={t.reject}
              title={`${t.reject}：${title}`}
              danger
              fields={[reasons]}
              onAct={(values) => decide('REJECT', neededText(values, 'reasons'))}
              onDone={onChange}
            />
          </>
        ) : null}
        {act.mayWithdraw ? (
          <ActButton
            label={t.withdraw}
            title={`${t.withdraw}：${title}`}
            danger
            fields={[reasons]}
            onAct={(values) => decide('WITHDRAW', neededText(values, 'reasons'))}
            onDone={onChange}
          />
        ) : null}
      </div>
      {act.state === 'PENDING' && !act.mayDecide ? <p className="note">{t.onlyOthers}</p> : null}
      <h3>{t.about}</h3>
      <AboutAct act={act} />
      {act.target ? (
        <Facts
          facts={act.target
            .filter(({ name: key }) => !key.endsWith('.id') && key !== 'listingId' && key !== 'recordId')
            .map(({ name, value }) => factText(name, value))}
        />
      ) : null}
      <h3>{t.content}</h3>
      {act.summary ? (
        <Facts
          facts={act.summary
            .filter(({ name }) => name !== 'actionId' && name !== 'changeId' && name !== 'listingId')
            .map(({ name, value }) => factText(name, value))}
        />
      ) : (
        <p className="note">{t.erased}</p>
      )}
      <h3>{t.noteOf}</h3>
      <p>{act.note}</p>
      <Facts
        facts={[
          [t.state, stateWord(act.state)],
          [t.proposedBy, act.proposedBy.name],
          [t.proposedAt, <Moment key="at" at={act.proposedAt} />],
          [t.expiresAt, <Moment key="expires" at={act.expiresAt} />],
          [t.decidedBy, act.decidedBy?.name],
          [t.decidedAt, <Moment key="decided" at={act.decidedAt} />],
          [t.reason, act.reason],
        ]}
      />
    </>
  )
}
