import { loadKeyFile } from '../key-files.ts'
import { type Command, clientOf, configOption, note, print, readConfig, required } from './command.ts'

export const rotate: Command = {
  summary: '更换密钥，新旧并行七日 bring in the next key; both count for seven days',
  usage: 'jce rotate [--config jce.json] --next next.jwk.json',
  options: { ...configOption, next: { type: 'string' } },
  async run(values) {
    const config = await readConfig(values)
    const next = await loadKeyFile(required(values, 'next'))
    const { data } = await (await clientOf(config)).rotateKey(next)
    print(data.kid)
    note(
      `原密钥有效至 ${data.previousNotAfter}，请将 ${config.path} 的 keyFile 改为新密钥 (the old key counts until then: set keyFile to the new one)`,
    )
    return 0
  },
}
