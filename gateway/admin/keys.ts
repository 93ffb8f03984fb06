import { z } from 'zod'
import { provideTokenKey } from '../../src/evidence/pkcs11-provisioning.ts'
import { addSigningKey, readKeyFile, retireSigningKey } from '../../src/kernel/key-file.ts'
import { limits } from '../../src/limits.ts'
import { type Call, type CommandGroup, print, UsageError } from './command.ts'

const copyToReplicas =
  '请把密钥文件复制到各副本并重启，公钥随即公布 (copy the key file to all replicas and restart them: the public keys are then published)'

/** The exchange's own signing keys. */
export const keyCommands: CommandGroup = {
  help: `  keys list                                                    平台签名密钥 the exchange's signing keys
  keys add [--from now|<时刻 2036-12-01T00:00:00Z>] [--pkcs11-label <标签>]
                                                               新签名密钥，默认次日启用 the next signing key, by default after a day
  keys retire <指纹 kid>                                       停用并销毁私钥，公钥仍公布 retire: its private part is destroyed`,
  commands: {
    'keys list': {
      takes: 0,
      async run({ keyFile, app }) {
        const active = app.signer.activeKey(new Date()).kid
        for (const key of (await readKeyFile(keyFile)).signing) {
          const place = 'pkcs11' in key ? `  签名设备 token ${key.pkcs11.label}` : ''
          const end = 'activeTo' in key ? `  至 to ${key.activeTo}  已停用 retired` : ''
          const signs = key.kid === active ? '  正在签名 signing' : ''
          print(`${key.kid}  自 from ${key.activeFrom}${end}${place}${signs}`)
        }
      },
    },
    'keys add': {
      takes: 0,
      async run(call) {
        const activeFrom = momentOf(call)
        const kid = await addSigningKey(call.keyFile, activeFrom, await tokenKeyOf(call))
        print(`${kid} 自 ${activeFrom.toISOString()} 起签名 (signs from then on)`)
        print(copyToReplicas)
      },
    },
    'keys retire': {
      takes: 1,
      async run({ keyFile, argument }) {
        await retireSigningKey(keyFile, argument(0), new Date())
        print(`${argument(0)} 已停用，私钥已从密钥文件删除 (retired: its private part has left the key file)`)
        print(
          '旧文件的备份和签名设备中的私钥须另行销毁 (destroy backups of the old file, and the key on a token, yourself)',
        )
        print(copyToReplicas)
      },
    },
  },
}

function momentOf(call: Call): Date {
  const given = call.optional('from')
  if (given === undefined) return new Date(Date.now() + limits.signingKeyLeadHours * 3_600_000)
  const now = new Date()
  if (given === 'now') return now
  const moment = z.iso.datetime({ offset: true }).safeParse(given)
  // A key that began before the one that signs now would never sign.
  if (!moment.success || new Date(moment.data) < now)
    throw new UsageError(
      '--from 须为 now 或将来的时刻，如 2036-12-01T00:00:00Z (expected now, or a moment to come with its zone)',
    )
  return new Date(moment.data)
}

async function tokenKeyOf(call: Call): Promise<{ label: string; x: string } | undefined> {
  const label = call.optional('pkcs11-label')
  if (label === undefined) return undefined
  if (!call.pkcs11)
    throw new UsageError(
      '须设 SIGNING_PKCS11_MODULE、_TOKEN 和 _PIN_FILE (set them: --pkcs11-label needs a token)',
    )
  const { x, made } = await provideTokenKey(call.pkcs11, label)
  print(
    made
      ? `签名设备中已生成 ${label} (made on the token)`
      : `采用签名设备中已有的 ${label} (the token had this key)`,
  )
  return { label, x }
}
