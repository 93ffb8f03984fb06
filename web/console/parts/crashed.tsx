import { Alert, Button } from 'antd'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

/** A page that failed, or whose files are gone since the console was built anew: loading it again helps. */
export function Crashed() {
  const t = useTexts(shellTexts)
  return (
    <main className="alone">
      <Alert type="error" showIcon title={t.crashed} />
      <Button type="primary" onClick={() => location.reload()}>
        {t.reload}
      </Button>
    </main>
  )
}
