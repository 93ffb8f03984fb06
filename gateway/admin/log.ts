import { type CommandGroup, print } from './command.ts'

/** The exchange log. */
export const logCommands: CommandGroup = {
  help: `  log verify                                                   重算整个证据日志并与检查点核对 make the whole log's tree again and compare it with the checkpoint`,
  commands: {
    'log verify': {
      takes: 0,
      async run({ app }) {
        const { entries, signed, fault } = await app.logAudit.audit((count) => {
          process.stderr.write(`\r${count}`)
        })
        process.stderr.write('\r')
        if (fault !== null) {
          print(`日志不完整 (the log is not whole): ${fault}`)
          process.exitCode = 1
          return
        }
        print(
          `日志完整：共 ${entries} 条，已签检查点 ${signed} 条 (the log is whole: ${entries} entries, ${signed} of them under a signed checkpoint)`,
        )
      },
    },
  },
}
