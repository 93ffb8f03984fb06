import { type Page, page } from '../page.ts'
import { filtersOf, Table } from '../parts.tsx'

export const creditCodePage: Page = async (request) => {
  const { t, link } = request
  const code = filtersOf(request, ['code']).code ?? ''
  const check = code === '' ? null : (await request.ask('CreditCode', { code })).checkCreditCode
  const title = t('统一社会信用代码校验', 'Check of a unified social credit code')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          '按 GB 32100-2015 检查代码的形式；形式正确不说明代码属于谁。',
          'Checks the form by GB 32100-2015; it says nothing of whose code it is.',
        )}
      </p>
      <form className="filters" action={link('/credit-code')} method="get">
        <label>
          {t('代码（18 位）', 'Code (18 characters)')}
          <input
            name="code"
            defaultValue={code}
            required
            maxLength={40}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        <button type="submit">{t('校验', 'Check')}</button>
      </form>
      {check !== null && (
        <section role="status" className="card">
          <h2>
            {check.status === 'VALID'
              ? t('形式正确', 'The form is right')
              : check.status === 'CHECKSUM_MISMATCH'
                ? t(
                    '校验码不符：可能输错，也可能是早期试点代码',
                    'Check character differs: mistyped, or an early pilot code',
                  )
                : t('形式不正确', 'The form is wrong')}
          </h2>
          {check.suggestion !== null && (
            <p>
              {t('您要输入的可能是：', 'You may have meant: ')}
              <a href={link('/credit-code', { code: check.suggestion })}>
                <code>{check.suggestion}</code>
              </a>
            </p>
          )}
          {check.parts.length > 0 && (
            <Table
              caption={t('代码的组成', 'Parts of the code')}
              columns={[
                {
                  head: t('位', 'Places'),
                  cell: (part) => (part.from === part.to ? part.from : `${part.from}–${part.to}`),
                },
                { head: t('含义', 'Part'), cell: (part) => t(part.name, part.nameEn) },
                { head: t('值', 'Value'), cell: (part) => <code>{part.value}</code> },
                { head: t('说明', 'Meaning'), cell: (part) => part.meaning ?? '—' },
              ]}
              rows={check.parts}
            />
          )}
          {check.code !== null && (
            <p>
              <a href={link('/subjects/' + check.code)}>
                {t('查看该主体的公示信息', 'What is published of it')}
              </a>
            </p>
          )}
        </section>
      )}
    </>,
  )
}
