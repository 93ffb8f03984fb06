import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { verifyDocument } from '../document-verification.ts'
import { OutputFileError } from '../errors.ts'
import { type IssuedDocument, reportEditions } from '../issued-documents.ts'
import { businessMatters } from '../operations.ts'
import type { Proven } from '../signed-exchange.ts'
import {
  type Command,
  type Config,
  clientOf,
  configOption,
  note,
  oneOf,
  optional,
  print,
  readConfig,
  required,
  UsageError,
} from './command.ts'

const documentOptions = {
  ...configOption,
  purpose: { type: 'string' },
  scheme: { type: 'string' },
  id: { type: 'string' },
  out: { type: 'string' },
} as const

export const certificate: Command = {
  summary: '出具查询证明 (PDF) issue a certificate of search',
  usage:
    'jce certificate [--config jce.json] --purpose <用途> --out certificate.pdf <identifier>\n' +
    '    [--name <名称>] [--as-of YYYY-MM-DD] [--matter TENDERING] [--scheme RESIDENT_ID] [--id <certificateId>]',
  options: {
    ...documentOptions,
    name: { type: 'string' },
    'as-of': { type: 'string' },
    matter: { type: 'string' },
  },
  async run(values, [identifier]) {
    if (identifier === undefined) throw new UsageError('缺少被查询主体的号码 (the identifier is missing)')
    const out = required(values, 'out')
    const input = {
      certificateId: optional(values, 'id') ?? randomUUID(),
      identifier,
      scheme: optional(values, 'scheme'),
      name: optional(values, 'name'),
      purpose: required(values, 'purpose'),
      asOf: optional(values, 'as-of'),
      matter: oneOf(values, 'matter', businessMatters),
    }
    const client = await clientOf(await readConfig(values))
    return save(out, input.certificateId, await client.issueCertificate(input))
  },
}

export const report: Command = {
  summary: '出具公共信用信息报告 (PDF) issue a public credit report',
  usage:
    'jce report [--config jce.json] --purpose <用途> --out report.pdf <identifier>\n' +
    '    [--edition PUBLIC|DEPARTMENT] [--scheme RESIDENT_ID] [--id <reportId>]',
  options: { ...documentOptions, edition: { type: 'string' } },
  async run(values, [identifier]) {
    if (identifier === undefined) throw new UsageError('缺少被查询主体的号码 (the identifier is missing)')
    const out = required(values, 'out')
    const input = {
      reportId: optional(values, 'id') ?? randomUUID(),
      identifier,
      scheme: optional(values, 'scheme'),
      purpose: required(values, 'purpose'),
      edition: oneOf(values, 'edition', reportEditions) ?? 'PUBLIC',
    }
    const client = await clientOf(await readConfig(values))
    return save(out, input.reportId, await client.issueReport(input))
  },
}

async function save(out: string, id: string, { data, proof }: Proven<IssuedDocument>): Promise<number> {
  await writeFile(out, data.pdf, { flag: 'wx', mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    throw new OutputFileError(
      `无法写入 ${out} (cannot be written: ${cause.code ?? 'unknown error'}); --id ${id}`,
    )
  })
  print(
    [data.serial, data.kind, data.issuedAt, String(data.dataVersion), data.pdfSha256, data.verifyAt].join(
      '\t',
    ),
  )
  note(`已保存 ${out}，证据日志第 ${proof.logIndex} 条 (saved, entry ${proof.logIndex} of the evidence log)`)
  return 0
}

const outcomeWords: Readonly<Record<string, string>> = {
  LISTED: '列入名单 listed',
  NOT_LISTED: '未列入名单 not listed',
  NO_RECORD: '未查到记录 no record',
}

/** `jce verify file.pdf`: what the statement inside proves, in words. */
export async function verifyPdf(bytes: Uint8Array, config: Config): Promise<number> {
  const { holds, findings, statement, pdfSha256 } = await verifyDocument(bytes, {
    issuer: config.audience,
    exchangeKeys: config.trustedKeys,
  })
  for (const finding of findings) print(`${finding.holds ? '✓' : '✗'} ${finding.step}  ${finding.detail}`)
  if (!statement) {
    print('文件不成立 (the document does not hold)')
    return 1
  }
  const { outcome, lists } = statement
  print(
    `平台声明：${statement.subject}，${statement.asOf}，数据版本 ${statement.dataVersion} (the exchange states, as of that day and data version)`,
  )
  if (outcome !== undefined)
    print(`  结果 outcome: ${[outcomeWords[outcome] ?? outcome, ...lists].join('、')}`)
  print(`  由 ${statement.askedBy} 为「${statement.purpose}」申请 (asked by, for)`)
  print(
    `未证明：页面所示与声明一致、至今未变化。请在 ${statement.verifyAt} 核对 SHA-256 ${pdfSha256} (not proven: that the pages show what the statement says, and that it still stands: compare there)`,
  )
  print('声明成立 (the statement holds)')
  return holds ? 0 : 1
}
