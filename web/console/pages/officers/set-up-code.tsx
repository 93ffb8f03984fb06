import { Button } from 'antd'
import { base } from '../../api/page.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Moment } from '../../parts/facts.tsx'
import { fill, useTexts } from '../../texts/language.tsx'
import { officerTexts } from '../../texts/officers.ts'

export type IssuedCode = { name: string; code: string; expiresAt: string }

/** Shown once: only its digest is kept. */
export function SetUpCode({ issued, onClose }: { issued: IssuedCode | null; onClose(): void }) {
  const t = useTexts(officerTexts)
  return (
    <Dialog
      title={fill(t.setUpCodeTitle, { name: issued?.name ?? '' })}
      open={issued !== null}
      onClose={onClose}
    >
      {issued === null ? null : (
        <div className="tall">
          <p>
            {t.setUpCodeText} <Moment at={issued.expiresAt} />
          </p>
          <div className="secret-code">
            <CopyText label={t.setUpCode} text={issued.code} />
          </div>
          <div>
            {t.setUpAt}
            <CopyText label={t.setUpAt} text={`${location.origin}${base}/set-up`} />
          </div>
          <Button type="primary" onClick={onClose}>
            {t.handedOver}
          </Button>
        </div>
      )}
    </Dialog>
  )
}
