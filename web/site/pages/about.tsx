import { type Page, page } from '../page.ts'

export const aboutPage: Page = async (request) => {
  const { t, city } = request
  const title = t('关于本站', 'About this site')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          `本站公示${city}各部门依法可以公开的公共信用信息。每条信息注明来源部门和更新时间；到期、修复、撤销的信息随即不再显示。`,
          `This site shows what the departments of ${city} may lawfully publish. Each record names its source and when it was updated; what has expired, was repaired or withdrawn is no longer shown.`,
        )}
      </p>
      <section id="objection" aria-labelledby="objection-head">
        <h2 id="objection-head">{t('异议申诉', 'Objection')}</h2>
        <p>
          {t(
            '认为所示信息错误、遗漏或者不应公示的，可以向来源部门提出异议。处理期间，该信息标注“异议处理中”。',
            'Whoever holds a record to be wrong, incomplete or not to be published may object to its source department. Meanwhile the record is marked as disputed.',
          )}
        </p>
      </section>
      <section id="repair" aria-labelledby="repair-head">
        <h2 id="repair-head">{t('信用修复', 'Repair')}</h2>
        <p>
          {t(
            '履行义务、纠正失信行为并符合条件的，可以申请信用修复：谁认定，谁修复。修复后，该信息即不再公示。',
            'Whoever has performed the duties and put things right may ask for repair, from whoever determined the record. Once repaired, it is no longer published.',
          )}
        </p>
      </section>
      <section aria-labelledby="persons-head">
        <h2 id="persons-head">{t('个人信息', 'Persons')}</h2>
        <p>
          {t(
            '自然人不列入任何列表；证件号码从不显示。本站不使用 Cookie，不向任何其他网站发出请求。',
            'Persons stand in no list, and certificate numbers are never shown. This site uses no cookies and asks no other site for anything.',
          )}
        </p>
      </section>
    </>,
  )
}

const terms: readonly [zh: string, en: string, textZh: string, textEn: string][] = [
  [
    '信用主体',
    'Credit subject',
    '有信用信息的法人、非法人组织和自然人。',
    'A legal person, organisation or natural person of whom there is credit information.',
  ],
  [
    '统一社会信用代码',
    'Unified social credit code',
    '法人和其他组织唯一的 18 位代码（GB 32100-2015）。',
    'The one code of an organisation, 18 characters (GB 32100-2015).',
  ],
  [
    '严重失信主体名单（黑名单）',
    'List of serious dishonesty (blacklist)',
    '由法律、法规或者国务院规定设列，由主管部门认定。',
    'Set up by law or by the State Council, determined by the competent department.',
  ],
  [
    '守信激励对象名单（红名单）',
    'List of the trustworthy (red list)',
    '诚实守信、可以受到激励的主体。',
    'Those who kept faith and may be given advantages.',
  ],
  [
    '重点关注名单',
    'Key attention',
    '有轻微失信或者风险，尚不构成严重失信的主体。',
    'Those with minor breaches or risks, short of serious dishonesty.',
  ],
  [
    '双公示',
    'Double publicity',
    '行政许可和行政处罚决定的公示。',
    'Publication of decisions on licences and on penalties.',
  ],
  [
    '联合惩戒',
    'Joint punishment',
    '各部门依清单对同一失信主体采取的措施。',
    'Measures that departments apply together, by the catalogue.',
  ],
  [
    '信用修复',
    'Repair',
    '纠正失信行为后，停止公示并解除措施。',
    'After putting things right, publication and measures end.',
  ],
  [
    '异议标注',
    'Mark of dispute',
    '异议处理期间加在信息上的标注。',
    'The mark a record bears while an objection is dealt with.',
  ],
  [
    '存量',
    'Backlog',
    '数据集接入之前作出的决定，不计期限。',
    'Decided before the dataset came in, so no clock ran.',
  ],
]

export const glossaryPage: Page = async (request) => {
  const { t } = request
  const title = t('术语', 'Glossary')
  return page(
    title,
    <>
      <h1>{title}</h1>
      <dl className="glossary">
        {terms.map(([zh, en, textZh, textEn]) => (
          <div key={zh}>
            <dt>{t(zh, `${en} ${zh}`)}</dt>
            <dd>{t(textZh, textEn)}</dd>
          </div>
        ))}
      </dl>
    </>,
  )
}
