import { act } from '../../api/ask.ts'
import { perform } from '../../api/perform.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { oneOf } from '../../parts/address.ts'
import { allows, choicesAllowed, needsSecond } from '../../parts/allowed.ts'
import { choicesOf, useCommonFields } from '../../parts/common-fields.ts'
import { type Field, neededText, textOf, type Values } from '../../parts/fields.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { answerWords, casePhaseWords, inspectionWords, remedyOutcomeWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import {
  AcceptDocument,
  AnswerDocument,
  type Case,
  DecideDocument,
  PauseDocument,
  RefuseDocument,
  ResumeDocument,
  SendDocument,
  WithdrawDocument,
} from './case-operations.ts'

const answers = ['CONFIRMED', 'TO_CORRECT', 'TO_WITHDRAW'] as const
const inspections = ['INSPECTION', 'APPRAISAL', 'EXPERT_REVIEW'] as const
const decisions = ['UPHELD', 'REJECTED', 'GRANTED', 'DENIED'] as const
const outcomes = ['CORRECT', 'REMOVE', 'PLATFORM'] as const

/** The acts that the server allows on the case now. */
export function CaseActs({ remedy, onChange }: { remedy: Case; onChange(): void }) {
  const t = useTexts(workTexts)
  const { allowedActions } = remedy
  if (allowedActions.length === 0) return <p className="note">{t.nothingToDo}</p>
  const same = { remedy, onChange }
  const may = (mutation: string) => allows(allowedActions, mutation)
  return (
    <div className="acts">
      {may('acceptRemedy') ? <PlainAct {...same} label={t.accept} document={AcceptDocument} primary /> : null}
      {may('refuseRemedy') ? <ReasonedAct {...same} label={t.refuse} document={RefuseDocument} /> : null}
      {may('sendRemedyToProvider') ? (
        <PlainAct {...same} label={t.send} document={SendDocument} primary />
      ) : null}
      {may('answerRemedy') ? <AnswerAct {...same} /> : null}
      {may('decideRemedy') ? <DecideAct {...same} /> : null}
      {may('resumeRemedy') ? <PlainAct {...same} label={t.resume} document={ResumeDocument} /> : null}
      {may('pauseRemedy') ? <PauseAct {...same} /> : null}
      {may('withdrawRemedy') ? (
        <ReasonedAct {...same} label={t.withdraw} document={WithdrawDocument} />
      ) : null}
    </div>
  )
}

type ActProps = { remedy: Case; onChange(): void }

function PlainAct({
  remedy,
  onChange,
  label,
  document,
  primary = false,
}: ActProps & {
  label: string
  document: typeof AcceptDocument | typeof SendDocument | typeof ResumeDocument
  primary?: boolean
}) {
  return (
    <ActButton
      label={label}
      title={`${label}：${remedy.code}`}
      primary={primary}
      onAct={(_values, actionId) =>
        act(document as typeof AcceptDocument, { input: { actionId, code: remedy.code } })
      }
      onDone={onChange}
    />
  )
}

function ReasonedAct({
  remedy,
  onChange,
  label,
  document,
}: ActProps & { label: string; document: typeof RefuseDocument | typeof WithdrawDocument }) {
  const { reasons } = useCommonFields()
  return (
    <ActButton
      label={label}
      title={`${label}：${remedy.code}`}
      danger
      fields={[reasons]}
      onAct={(values, actionId) =>
        act(document as typeof RefuseDocument, {
          input: { actionId, code: remedy.code, reasons: neededText(values, 'reasons') },
        })
      }
      onDone={onChange}
    />
  )
}

function AnswerAct({ remedy, onChange }: ActProps) {
  const t = useTexts(workTexts)
  const word = useWords(answerWords)
  const { reasons } = useCommonFields()
  return (
    <ActButton
      label={t.answer}
      title={`${t.answer}：${remedy.code}`}
      primary
      fields={[
        { name: 'answer', label: t.answerLabel, kind: 'choice', choices: choicesOf(answers, word) },
        reasons,
      ]}
      onAct={(values, actionId) =>
        act(AnswerDocument, {
          input: {
            actionId,
            code: remedy.code,
            answer: oneOf(neededText(values, 'answer'), answers) ?? 'CONFIRMED',
            reasons: neededText(values, 'reasons'),
          },
        })
      }
      onDone={onChange}
    />
  )
}

function PauseAct({ remedy, onChange }: ActProps) {
  const t = useTexts(workTexts)
  const { reasons } = useCommonFields()
  const word = useWords(inspectionWords)
  return (
    <ActButton
      label={t.pause}
      title={`${t.pause}：${remedy.code}`}
      fields={[
        {
          name: 'inspection',
          label: t.inspection,
          kind: 'choice',
          choices: choicesOf(inspections, word),
        },
        reasons,
      ]}
      onAct={(values, actionId) =>
        act(PauseDocument, {
          input: {
            actionId,
            code: remedy.code,
            inspection: oneOf(neededText(values, 'inspection'), inspections) ?? 'INSPECTION',
            reasons: neededText(values, 'reasons'),
          },
        })
      }
      onDone={onChange}
    />
  )
}

function DecideAct({ remedy, onChange }: ActProps) {
  const t = useTexts(workTexts)
  const word = useWords(casePhaseWords)
  const outcomeWord = useWords(remedyOutcomeWords)
  const { reasons, documentNo, note } = useCommonFields()
  const objection = remedy.kind === 'OBJECTION'
  const second = needsSecond(remedy.allowedActions, 'decideRemedy')
  const fields: Field[] = [
    {
      name: 'decision',
      label: t.decision,
      kind: 'choice',
      choices: choicesOf(choicesAllowed(remedy.allowedActions, 'decideRemedy'), word),
    },
    ...(objection
      ? ([
          {
            name: 'outcome',
            label: t.outcome,
            kind: 'choice',
            optional: true,
            help: t.outcomeHelp,
            choices: choicesOf(outcomes, outcomeWord),
          },
          { name: 'apology', label: t.apology, kind: 'area', optional: true },
        ] satisfies Field[])
      : ([
          { name: 'corrected', label: t.corrected, kind: 'check' },
          { name: 'dutiesPerformed', label: t.duties, kind: 'check' },
        ] satisfies Field[])),
    documentNo,
    reasons,
    ...(second ? [note] : []),
  ]

  async function decide(values: Values, actionId: string) {
    return perform(
      'DECIDE_REMEDY',
      DecideDocument,
      {
        input: {
          actionId,
          code: remedy.code,
          decision: oneOf(neededText(values, 'decision'), decisions) ?? 'REJECTED',
          outcome: oneOf(textOf(values, 'outcome'), outcomes),
          apology: textOf(values, 'apology'),
          corrected: values.corrected === true,
          dutiesPerformed: values.dutiesPerformed === true,
          documentNo: neededText(values, 'documentNo'),
          reasons: neededText(values, 'reasons'),
        },
      },
      textOf(values, 'note') ?? neededText(values, 'reasons'),
    )
  }

  return (
    <ActButton
      label={t.decide}
      title={`${t.decide}：${remedy.code}`}
      text={
        <>
          {objection ? null : <p>{t.repairHarm}</p>}
          {second ? <p>{t.secondPerson}</p> : null}
        </>
      }
      primary
      fields={fields}
      onAct={decide}
      onDone={onChange}
    />
  )
}
