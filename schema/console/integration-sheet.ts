import type { DepartmentOverview } from '../../src/departments/overview-store.ts'
import { limits } from '../../src/limits.ts'

export type IntegrationSheet = {
  facts: { label: string; value: string }[]
  commands: { label: string; value: string }[]
  text: string
}

/** What the engineer of a department needs to make its first signed query. It holds no secret. */
export function integrationSheet(
  { code, name, datasets }: Pick<DepartmentOverview, 'code' | 'name' | 'datasets'>,
  { exchangeUrl, exchangeId }: { exchangeUrl: string; exchangeId: string },
): IntegrationSheet {
  const facts = [
    { label: '部门 department (iss)', value: `${code} ${name}` },
    { label: '平台标识 identifier of the exchange (aud)', value: exchangeId },
    { label: '签名查询 signed queries', value: `POST ${exchangeUrl}/graphql` },
    { label: '批量文件 files of records', value: `POST ${exchangeUrl}/batches` },
    { label: '登记公钥 enrolment', value: `POST ${exchangeUrl}/enrol` },
    { label: '平台公钥 keys of the exchange', value: `${exchangeUrl}/.well-known/jwks.json` },
    {
      label: '登记码有效期 an enrolment code is valid for',
      value: `${limits.enrolmentCodeHours} 小时 (hours)`,
    },
    {
      label: '签名有效期 a signature is valid for',
      value: `${limits.tokenLifetimeSeconds} 秒 (seconds)`,
    },
    ...datasets
      .filter(({ status }) => status === 'ACTIVE')
      .map((dataset) => ({ label: '数据集 dataset', value: dataset.code })),
  ]
  const key = `${code.toLowerCase()}.jwk.json`
  const config = JSON.stringify({ url: exchangeUrl, audience: exchangeId, department: code, keyFile: key })
  const commands = [
    { label: '生成密钥 make the key pair', value: `jce keygen --out ${key}` },
    {
      label: '登记 enrol with the code from the administrator',
      value: `jce enrol --url ${exchangeUrl} --audience ${exchangeId} --code <登记码 code> --key ${key}`,
    },
    { label: '配置文件 configuration, jce.json', value: config },
    { label: '核对并信任平台公钥 compare and trust the keys of the exchange', value: 'jce trust' },
    { label: '首次查询 the first signed query', value: `jce query '{ departments { code name } }'` },
    ...datasets
      .filter(({ status }) => status === 'ACTIVE')
      .slice(0, 1)
      .map((dataset) => ({
        label: '报送 send records',
        value: `jce submit ${dataset.code} <文件 file.xlsx>`,
      })),
  ]
  const lines = [...facts, ...commands].map(({ label, value }) => `${label}: ${value}`)
  return { facts, commands, text: `${lines.join('\n')}\n` }
}
