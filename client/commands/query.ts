import { isJsonObject, parseJson } from '../encoding.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  optional,
  print,
  readConfig,
  readInput,
  UsageError,
} from './command.ts'

export const query: Command = {
  summary: '发送一个签名查询 send one signed query',
  usage: "jce query [--config jce.json] [--variables '{…}'] (--file query.graphql | '<query>')",
  options: { ...configOption, file: { type: 'string' }, variables: { type: 'string' } },
  async run(values, [text]) {
    const file = optional(values, 'file')
    const document = file ? await readInput(file) : text
    if (document === undefined) throw new UsageError('缺少查询 (the query is missing)')
    const variables = parseJson(optional(values, 'variables') ?? '{}')
    if (!isJsonObject(variables)) throw new UsageError('--variables 须为 JSON 对象 (expected a JSON object)')
    const client = await clientOf(await readConfig(values))
    const { data, proof } = await client.query<unknown>(document, variables)
    print(JSON.stringify(data, null, 2))
    note(`已验证，证据日志第 ${proof.logIndex} 条 (proven, entry ${proof.logIndex} of the evidence log)`)
    return 0
  },
}
