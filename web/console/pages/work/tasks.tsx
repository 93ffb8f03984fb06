import { Button, Tag } from 'antd'
import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { oneOf, useAddress } from '../../parts/address.ts'
import { allows } from '../../parts/allowed.ts'
import { choicesOf } from '../../parts/common-fields.ts'
import { BulkBar, DataTable } from '../../parts/data-table.tsx'
import { Clock } from '../../parts/facts.tsx'
import { FilterChoice, Filters, FilterToggle, useSelection } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowOpener } from '../../parts/row-opener.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { fill, useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts, shellTexts } from '../../texts/shell.ts'
import { taskPhaseWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { RespondDocument, TasksDocument } from './task-operations.ts'
import { TaskView } from './task-view.tsx'

const phases = ['DELIVERED', 'ACKNOWLEDGED', 'IMPLEMENTED', 'NOT_APPLICABLE', 'LIFTING', 'LIFTED'] as const

/** Joint punishment that the department owes (联合惩戒任务). */
export default function Tasks() {
  const t = useTexts(workTexts)
  const s = useTexts(shellTexts)
  const titles = useTexts(pageTexts)
  const phaseWord = useWords(taskPhaseWords)
  const may = useMay()
  const { value, set } = useAddress()
  const { selected, toggle, setSelected } = useSelection()
  const asked = useAsk(TasksDocument, {
    phase: oneOf(value('phase'), phases),
    overdueOnly: value('overdue') === '1',
    after: value('after'),
  })
  const tasks = asked.data?.measureTasks.edges.map(({ node }) => node) ?? []
  const open = tasks.find(({ id }) => id === value('open'))
  const canRespond = (id: string) =>
    tasks.some((task) => task.id === id && allows(task.allowedActions, 'respondToTask'))
  const chosen = [...selected].filter(canRespond)

  /** Where one fails, trying again begins anew: those before it are answered as they were. */
  async function respondAll(id: string) {
    for (const taskId of chosen)
      await act(RespondDocument, { input: { actionId: `${id} ${taskId}`, taskId } })
  }

  return (
    <>
      <PageHead title={titles.tasks} />
      <Filters label={t.filters}>
        <FilterChoice name="phase" label={t.phase} choices={choicesOf(phases, phaseWord)} />
        <FilterToggle name="overdue" label={t.overdueOnly} />
      </Filters>
      <BulkBar count={chosen.length}>
        <ActButton
          label={t.respondAll}
          title={`${t.respondAll}：${fill(s.selected, { count: chosen.length })}`}
          primary
          onAct={(_values, id) => respondAll(id)}
          done={fill(t.responded, { count: chosen.length })}
          onDone={() => {
            setSelected(new Set())
            asked.reload()
          }}
        />
        <Button onClick={() => setSelected(new Set())}>{s.cancel}</Button>
      </BulkBar>
      <Ready asked={asked}>
        {({ measureTasks }) => (
          <DataTable
            caption={titles.tasks}
            loading={asked.loading}
            rows={tasks}
            rowKey={({ id }) => id}
            empty={t.noTasks}
            pageInfo={measureTasks.pageInfo}
            {...(may('task.answer')
              ? { selection: { selected, toggle, setSelected, allows: canRespond } }
              : {})}
            columns={[
              {
                key: 'subject',
                title: t.subject,
                render: ({ id, subject }) => (
                  <>
                    <RowOpener value={id}>{subject?.name ?? '—'}</RowOpener>
                    {subject?.uscc ? <div className="uscc">{subject.uscc}</div> : null}
                  </>
                ),
              },
              { key: 'measure', title: t.measure, render: ({ measure }) => measure.name },
              {
                key: 'phase',
                title: t.phase,
                render: ({ phase }) => (
                  <Tag color={phase === 'LIFTING' ? 'orange' : 'default'}>{phaseWord(phase)}</Tag>
                ),
                sortBy: ({ phase }) => phases.indexOf(phase),
              },
              {
                key: 'due',
                title: t.clock,
                render: ({ due }) => (
                  <>
                    <Clock due={due} />
                    {due ? <div className="note">{due.name}</div> : null}
                  </>
                ),
                sortBy: ({ due }) => due?.dueOn ?? '9999',
              },
              {
                key: 'created',
                title: t.createdOn,
                render: ({ createdOn }) => createdOn,
                sortBy: ({ createdOn }) => createdOn,
              },
            ]}
          />
        )}
      </Ready>
      <SidePanel
        title={open ? `${open.measure.name} · ${open.subject?.name ?? '—'}` : ''}
        open={open !== undefined}
        onClose={() => set({ open: null, after: value('after') })}
      >
        {open ? <TaskView task={open} onChange={asked.reload} /> : null}
      </SidePanel>
    </>
  )
}
