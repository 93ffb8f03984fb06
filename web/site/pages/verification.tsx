import { type Page, page } from '../page.ts'
import { filtersOf } from '../parts.tsx'

/** Leads to `/verify/<serial>`, which the gateway answers. */
export const verificationPage: Page = async (request) => {
  const { t, link, outside } = request
  const serial = filtersOf(request, ['serial']).serial
  if (serial !== undefined)
    return { kind: 'ELSEWHERE', location: outside(`/verify/${encodeURIComponent(serial)}`) }
  const title = t('证明与报告核验', 'Verification of a document')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          '输入信用信息查询证明或者公共信用信息报告上的编号，或者扫描其上的二维码。',
          'Enter the serial number on a certificate of search or a credit report, or scan the code on it.',
        )}
      </p>
      <form className="filters" action={link('/verification')} method="get">
        <label>
          {t('编号', 'Serial number')}
          <input name="serial" required maxLength={60} autoComplete="off" spellCheck={false} />
        </label>
        <button type="submit">{t('核验', 'Verify')}</button>
      </form>
    </>,
  )
}
