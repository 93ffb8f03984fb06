import type { Line } from '../answers.ts'
import { siteName } from '../layout.tsx'
import { type Page, type PageRequest, page } from '../page.ts'
import { Empty, SubjectLink } from '../parts.tsx'
import { natureTerms } from '../terms.ts'
import { SearchForm } from './search-form.tsx'

export const homePage: Page = async (request) => {
  const { t, link, city } = request
  const { home } = await request.ask('Home', {})
  const { counters } = home
  const listed = (nature: string) => counters.listed.find((count) => count.nature === nature)?.entries ?? 0
  const figures: [string, number, string][] = [
    [t('有公示信息的主体', 'Organisations'), counters.organisations, '/search'],
    [t('行政许可', 'Licences'), counters.licences, '/publicity/licences'],
    [t('行政处罚', 'Penalties'), counters.penalties, '/publicity/penalties'],
    [t('侵权假冒案件', 'Cases'), counters.cases, '/cases'],
    [t('黑名单', 'Blacklist'), listed('SERIOUS_DISHONESTY'), '/lists/black'],
    [t('红名单', 'Red list'), listed('TRUSTWORTHY'), '/lists/red'],
  ]
  const services: [string, string, string][] = [
    ['/search', t('信用查询', 'Search'), t('企业公示信息，即查即得', 'What is published of an enterprise')],
    ['/verification', t('信用报告', 'Reports'), t('核验报告与查询证明', 'Verify reports and certificates')],
    ['/objection', t('异议申诉', 'Objection'), t('认为信息有误时', 'When a record is wrong')],
    ['/repair', t('信用修复', 'Repair'), t('纠正失信之后', 'After putting things right')],
  ]
  return page(
    siteName(request),
    <>
      <section className="hero">
        <h1>{t(`${city}公共信用信息查询`, `Public credit information of ${city}`)}</h1>
        <SearchForm request={request} />
      </section>
      <ul className="services" aria-label={t('信用服务', 'Services')}>
        {services.map(([to, name, text]) => (
          <li key={to}>
            <a href={link(to)}>
              <strong>{name}</strong>
              <span>{text}</span>
            </a>
          </li>
        ))}
      </ul>
      <section aria-labelledby="figures">
        <h2 id="figures">{t('公示概况', 'Published now')}</h2>
        <ul className="counters">
          {figures.map(([name, count, to]) => (
            <li key={name}>
              <a href={link(to)}>
                <strong>{count.toLocaleString('en')}</strong>
                <span>{name}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <div className="columns">
        <Latest
          request={request}
          id="penalties"
          title={t('最新行政处罚', 'Latest penalties')}
          lines={home.latestPenalties}
          more="/publicity/penalties"
        />
        <Latest
          request={request}
          id="listed"
          title={t('最新列入名单', 'Latest on lists')}
          lines={home.latestListed}
          more="/lists/black"
        />
        <Latest
          request={request}
          id="licences"
          title={t('最新行政许可', 'Latest licences')}
          lines={home.latestLicences}
          more="/publicity/licences"
        />
        <section aria-labelledby="lists">
          <h2 id="lists">{t('名单', 'Lists')}</h2>
          <ul className="lines">
            {counters.listed.map(({ nature, entries }) => (
              <li key={nature}>
                <a href={link(`/lists/${colours[nature]}`)}>{t(...natureTerms[nature])}</a>
                <small>{entries}</small>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>,
  )
}

const colours = {
  SERIOUS_DISHONESTY: 'black',
  JOINT_PUNISHMENT: 'punishment',
  TRUSTWORTHY: 'red',
  KEY_ATTENTION: 'attention',
} as const

type LatestProps = { request: PageRequest; id: string; title: string; lines: readonly Line[]; more: string }

function Latest({ request, id, title, lines, more }: LatestProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {lines.length === 0 ? (
        <Empty>{request.t('暂无', 'None at present')}</Empty>
      ) : (
        <ul className="lines">
          {lines.map((line) => (
            <li key={`${line.uscc}${line.documentNo}${line.day}`}>
              <SubjectLink request={request} of={line} />
              <small>
                <time dateTime={line.day}>{line.day}</time> {line.source.name}
              </small>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={request.link(more)} aria-label={request.t(`更多${title}`, `More: ${title}`)}>
          {request.t('更多', 'More')}
        </a>
      </p>
    </section>
  )
}
