import { readFile, rename, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isJsonObject, isText, parseJson } from '../encoding.ts'
import { fetchExchangeKeys } from '../enrolment.ts'
import { InputFileError } from '../errors.ts'
import { publicJwk, thumbprint } from '../keys.ts'
import { type Command, configOption, note, optional, print } from './command.ts'

export const trust: Command = {
  summary: '核对并信任平台公钥 compare and trust the public keys of the exchange',
  usage: 'jce trust [--config jce.json] [--accept <thumbprint>]',
  options: { ...configOption, accept: { type: 'string' } },
  async run(values) {
    const path = resolve(optional(values, 'config') ?? 'jce.json')
    const config = parseJson(
      await readFile(path, 'utf8').catch(() => {
        throw new InputFileError(`无法读取配置 ${path} (cannot read the configuration)`)
      }),
    )
    if (!isJsonObject(config) || !isText(config.url))
      throw new InputFileError(`${path}: 须有 url (expected url)`)
    const published = await fetchExchangeKeys(config.url)
    const accepted = optional(values, 'accept')
    for (const key of published) print(`${await thumbprint(key)}  ${key.alg}`)
    if (accepted === undefined) {
      note(
        '请与运维方公布的指纹核对，一致后以 --accept 逐个确认 (compare with the thumbprints the operator announced, then --accept)',
      )
      return 0
    }
    // The thumbprint is computed here: what the exchange calls its key proves nothing.
    const thumbprints = await Promise.all(published.map(thumbprint))
    const key = published[thumbprints.indexOf(accepted)]
    if (!key) {
      note(`平台未公布 ${accepted} (the exchange does not publish this key)`)
      return 1
    }
    const before = Array.isArray(config.trustedKeys) ? config.trustedKeys.filter(isJsonObject) : []
    const trustedKeys = [...before.filter(({ kid }) => kid !== key.kid), publicJwk(key)]
    await writeFile(`${path}.new`, `${JSON.stringify({ ...config, trustedKeys }, null, 2)}\n`, {
      mode: 0o600,
    })
    await rename(`${path}.new`, path)
    note(`已信任 trusted: ${accepted}`)
    return 0
  },
}
