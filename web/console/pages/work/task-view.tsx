import { act } from '../../api/ask.ts'
import { perform } from '../../api/perform.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { allows, needsSecond } from '../../parts/allowed.ts'
import { choicesOf, useCommonFields } from '../../parts/common-fields.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { Clock, Facts, History, Moment, today } from '../../parts/facts.tsx'
import { neededText, textOf } from '../../parts/fields.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { matterWords, taskEventWords, taskPhaseWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { FeedbackDocument, LiftedDocument, RespondDocument, type Task } from './task-operations.ts'

type Props = { task: Task; onChange(): void }

/** One measure for one subject: what to do, with which words, and what was done. */
export function TaskView({ task, onChange }: Props) {
  const t = useTexts(workTexts)
  const phaseWord = useWords(taskPhaseWords)
  const eventWord = useWords(taskEventWords)
  const matterWord = useWords(matterWords)
  const { measure, listing, feedback, due } = task
  return (
    <>
      <TaskActs task={task} onChange={onChange} />
      <h3>{t.facts}</h3>
      <Facts
        facts={[
          [t.phase, phaseWord(task.phase)],
          [t.clock, <Clock key="due" due={due} />],
          [t.measure, measure.content],
          [t.basis, measure.legalBasis.join('；')],
          [t.listedBy, listing ? `${listing.listType.name} · ${listing.determinedBy.name}` : null],
          [t.decisionNo, listing?.decisionNo],
          [t.liftFrom, task.liftFrom],
          [
            t.feedback,
            feedback ? `${phaseWord(feedback.outcome)} · ${feedback.actedOn} · ${feedback.effect}` : null,
          ],
          [t.matter, feedback?.matter ? matterWord(feedback.matter) : null],
        ]}
      />
      <h3>{t.decisionText}</h3>
      <CopyText block label={t.decisionText} text={task.decisionText} />
      <h3>{t.history}</h3>
      <History
        label={t.history}
        entries={task.history.map(({ seq, type, recordedAt, details }) => ({
          key: String(seq),
          what: eventWord(type),
          on: <Moment at={recordedAt} />,
          details,
        }))}
      />
    </>
  )
}

function TaskActs({ task, onChange }: Props) {
  const t = useTexts(workTexts)
  const { allowedActions } = task
  if (allowedActions.length === 0) return <p className="note">{t.nothingToDo}</p>
  return (
    <div className="acts">
      {allows(allowedActions, 'respondToTask') ? (
        <ActButton
          label={t.respond}
          title={`${t.respond}：${task.measure.name}`}
          primary
          onAct={(_values, actionId) => act(RespondDocument, { input: { actionId, taskId: task.id } })}
          onDone={onChange}
        />
      ) : null}
      {allows(allowedActions, 'confirmLifted') ? <LiftedAct task={task} onChange={onChange} /> : null}
      {allows(allowedActions, 'reportFeedback') ? <FeedbackAct task={task} onChange={onChange} /> : null}
    </div>
  )
}

const matters = Object.keys(matterWords)

function FeedbackAct({ task, onChange }: Props) {
  const t = useTexts(workTexts)
  const word = useWords(matterWords)
  const { documentNo } = useCommonFields()
  return (
    <ActButton
      label={t.reportFeedback}
      title={`${t.reportFeedback}：${task.measure.name}`}
      primary={task.phase === 'ACKNOWLEDGED'}
      fields={[
        {
          name: 'outcome',
          label: t.feedback,
          kind: 'choice',
          initial: 'IMPLEMENTED',
          choices: [
            { value: 'IMPLEMENTED', label: t.implemented },
            { value: 'NOT_APPLICABLE', label: t.notApplicable },
          ],
        },
        { name: 'actedOn', label: t.actedOn, kind: 'day', initial: today() },
        { name: 'effect', label: t.effect, kind: 'area', most: 2000 },
        { ...documentNo, optional: !task.measure.documentNeeded },
        {
          name: 'matter',
          label: t.matter,
          kind: 'choice',
          optional: true,
          choices: choicesOf(matters, word),
        },
        { name: 'amount', label: t.amount, kind: 'text', optional: true, pattern: /^\d+(\.\d{1,2})?$/ },
      ]}
      onAct={(values, actionId) =>
        act(FeedbackDocument, {
          input: {
            actionId,
            taskId: task.id,
            outcome: values.outcome === 'NOT_APPLICABLE' ? 'NOT_APPLICABLE' : 'IMPLEMENTED',
            actedOn: neededText(values, 'actedOn'),
            effect: neededText(values, 'effect'),
            documentNo: textOf(values, 'documentNo'),
            matter: textOf(values, 'matter'),
            amount: textOf(values, 'amount'),
          },
        })
      }
      onDone={onChange}
    />
  )
}

function LiftedAct({ task, onChange }: Props) {
  const t = useTexts(workTexts)
  const { documentNo, note } = useCommonFields()
  const applied = task.feedback?.documentNo ?? null
  return (
    <ActButton
      label={t.confirmLifted}
      title={`${t.confirmLifted}：${task.measure.name}`}
      text={needsSecond(task.allowedActions, 'confirmLifted') ? t.secondPerson : undefined}
      primary
      fields={[
        { name: 'liftedOn', label: t.liftedOn, kind: 'day', initial: today() },
        { ...documentNo, optional: applied === null },
        note,
      ]}
      onAct={(values, actionId) => {
        const input = {
          actionId,
          taskId: task.id,
          liftedOn: neededText(values, 'liftedOn'),
          documentNo: textOf(values, 'documentNo'),
        }
        return perform('CONFIRM_LIFTED', LiftedDocument, { input }, textOf(values, 'note') ?? t.confirmLifted)
      }}
      onDone={onChange}
    />
  )
}
