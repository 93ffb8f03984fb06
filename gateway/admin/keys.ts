import { addSigningKey, readKeyFile } from '../../src/kernel/key-file.ts'
import { limits } from '../../src/limits.ts'
import { type CommandGroup, print } from './command.ts'

/** The exchange's own signing keys. */
export const keyCommands: CommandGroup = {
  help: `  keys list                                                    平台签名密钥 the exchange's signing keys
  keys add                                                     新签名密钥，次日启用 the next signing key, active after a day`,
  commands: {
    'keys list': {
      takes: 0,
      async run({ keyFile }) {
        for (const { kid, activeFrom } of (await readKeyFile(keyFile)).signing)
          print(`${kid}  自 from ${activeFrom}`)
      },
    },
    'keys add': {
      takes: 0,
      async run({ keyFile }) {
        const activeFrom = new Date(Date.now() + limits.signingKeyLeadHours * 3_600_000)
        const kid = await addSigningKey(keyFile, activeFrom)
        print(`${kid} 自 ${activeFrom.toISOString()} 起签名 (signs from then on)`)
        print(
          '请把密钥文件复制到各副本并重启，公钥随即公布 (copy the key file to all replicas and restart them: the public key is then published)',
        )
      },
    },
  },
}
