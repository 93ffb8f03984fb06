import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { today } from '../../parts/facts.tsx'
import { neededText, textOf, type Values } from '../../parts/fields.tsx'
import { useViewer } from '../../session/viewer.tsx'
import { useTexts } from '../../texts/language.tsx'
import { workTexts } from '../../texts/work.ts'
import { NoticeDocument, OwnDatasetsDocument } from './listing-operations.ts'

const none = {}

/** Prior notice (事前告知): nobody is listed without having been heard. */
export function GiveNotice({ onChange }: { onChange(): void }) {
  const t = useTexts(workTexts)
  const { department } = useViewer()
  const asked = useAsk(OwnDatasetsDocument, none)
  const choices = (asked.data?.datasets ?? [])
    .filter((dataset) => dataset.department.code === department.code && dataset.listType !== null)
    .map(({ code, name, listType }) => ({ value: code, label: `${name}（${listType?.name ?? ''}）` }))

  async function give(values: Values, actionId: string) {
    const input = {
      actionId,
      dataset: neededText(values, 'dataset'),
      identifier: neededText(values, 'identifier'),
      name: neededText(values, 'name'),
      grade: neededText(values, 'grade'),
      documentNo: neededText(values, 'documentNo'),
      noticedOn: textOf(values, 'noticedOn'),
      reason: neededText(values, 'reason'),
    }
    await act(NoticeDocument, { input })
  }
  return (
    <ActButton
      label={t.notice}
      title={t.notice}
      primary
      fields={[
        { name: 'dataset', label: t.dataset, kind: 'choice', choices },
        { name: 'identifier', label: t.identifier, kind: 'text' },
        { name: 'name', label: t.name, kind: 'text' },
        { name: 'grade', label: t.grade, kind: 'text' },
        { name: 'documentNo', label: t.noticeNo, kind: 'text' },
        { name: 'noticedOn', label: t.noticedOn, kind: 'day', initial: today() },
        { name: 'reason', label: t.noticeReason, kind: 'area', most: 2000 },
      ]}
      onAct={give}
      onDone={onChange}
    />
  )
}
