import { enrol as bringIn } from '../enrolment.ts'
import { loadKeyFile } from '../key-files.ts'
import { type Command, note, optional, print, required } from './command.ts'

export const enrol: Command = {
  summary: '以一次性登记码登记公钥 bring the public key in, with the one-time code',
  usage: 'jce enrol --url <exchange> --code <code> --key department.jwk.json [--audience <identifier>]',
  options: {
    url: { type: 'string' },
    audience: { type: 'string' },
    code: { type: 'string' },
    key: { type: 'string' },
  },
  async run(values) {
    const url = required(values, 'url').replace(/\/+$/, '')
    const key = await loadKeyFile(required(values, 'key'))
    const { department, kid } = await bringIn({
      url,
      audience: optional(values, 'audience') ?? url,
      code: required(values, 'code'),
      key,
    })
    print(kid)
    note(`${department}: 待管理员核对指纹后批准 (an administrator compares this thumbprint and approves)`)
    return 0
  },
}
