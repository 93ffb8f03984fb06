import { type Page, page } from '../page.ts'
import { Empty, Table } from '../parts.tsx'

/** Files of the day with their digests, and how anybody checks them. */
export const openDataPage: Page = async (request) => {
  const { t, outside } = request
  const { openData } = await request.ask('OpenData', {})
  const title = t('开放数据', 'Open data')
  const size = (bytes: number) => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} kB`)
  return page(
    title,
    <>
      <h1>{title}</h1>
      <p>
        {t(
          '每日生成：名单、行政许可、行政处罚和侵权假冒案件。不含自然人。有信息到期、修复或者撤销的，文件即行更新。',
          'Made every day: lists, licences, penalties, and cases of counterfeiting. Never natural persons. As soon as anything has expired, was repaired or withdrawn, the files are made anew.',
        )}
      </p>
      {openData === null ? (
        <Empty>{t('文件正在生成，请稍后刷新。', 'The files are being made: please reload soon.')}</Empty>
      ) : (
        <Table
          caption={t(
            `${openData.day}，数据版本 ${openData.dataVersion}`,
            `${openData.day}, data version ${openData.dataVersion}`,
          )}
          rows={openData.files}
          columns={[
            {
              head: t('文件', 'File'),
              cell: ({ file }) => (
                <a href={outside(`/open-data/${file}`)} download="">
                  {file}
                </a>
              ),
            },
            { head: t('条数', 'Rows'), cell: ({ rows }) => rows },
            { head: t('大小', 'Size'), cell: ({ bytes }) => size(bytes) },
            { head: 'SHA-256', cell: ({ sha256 }) => <code>{sha256}</code> },
          ]}
        />
      )}
      <section>
        <h2>{t('核验', 'Checking them')}</h2>
        <p>
          {t('清单：', 'The manifest: ')}
          <a href={outside('/open-data/manifest.json')}>manifest.json</a>
          {t('；签名清单：', '; signed: ')}
          <a href={outside('/open-data/manifest.jws')}>manifest.jws</a>
          {t('（JWS，公钥见 ', ' (JWS, keys at ')}
          <a href={outside('/.well-known/jwks.json')}>jwks.json</a>
          {t('）。', ').')}
        </p>
        <ol>
          <li>
            {t(
              '用公钥验证 manifest.jws 的签名，得到清单内容。',
              'Verify the signature of manifest.jws with the key of its kid: its payload is the manifest.',
            )}
          </li>
          <li>
            {t('计算文件摘要，与清单比较：', 'Compare the digest of each file with the manifest: ')}
            <code>sha256sum *.csv *.json</code>
          </li>
        </ol>
      </section>
    </>,
  )
}
