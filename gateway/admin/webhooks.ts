import type { WebhookAct } from '../../src/webhooks/webhook-service.ts'
import { type Command, type CommandGroup, print } from './command.ts'
import { textTable } from './text-table.ts'

/** Addresses of departments that are told of changes, and those that were given up. */
export const webhookCommands: CommandGroup = {
  help: `  webhook list                                                 变更回调及死信 webhooks, those given up first
  webhook replay <department> <registrationId> --reason R      从停止处继续 go on from where it stopped
  webhook remove <department> <registrationId> --reason R      不再投递 deliver no more`,
  commands: {
    'webhook list': {
      takes: 0,
      async run({ app }) {
        const [webhooks, reached] = await Promise.all([
          app.prisma.webhook.findMany({
            where: { status: { not: 'REMOVED' } },
            orderBy: [{ status: 'desc' }, { id: 'asc' }],
            include: { department: { select: { code: true } } },
          }),
          app.feedPosition(),
        ])
        if (webhooks.length === 0) return print('没有变更回调 (no webhook is registered)')
        print(
          textTable([
            [
              '部门 department',
              '登记号 registration',
              '状态 status',
              '位置 position',
              '连续失败 failures',
              '最近错误 last error',
              '地址 url',
            ],
            ...webhooks.map((webhook) => [
              webhook.department.code,
              webhook.registrationId,
              webhook.status,
              `${webhook.position}/${reached}`,
              String(webhook.failures),
              webhook.lastError ?? '',
              webhook.url,
            ]),
          ]),
        )
      },
    },
    'webhook replay': onWebhook('REPLAY', '从停止处继续 (goes on from where it stopped)'),
    'webhook remove': onWebhook('REMOVE', '不再投递 (is delivered to no more)'),
  },
}

function onWebhook(act: WebhookAct, done: string): Command {
  return {
    takes: 2,
    async run({ app, actor, argument, option }) {
      const webhook = { department: argument(0), registrationId: argument(1) }
      await app.webhooks.administer(actor, act, webhook, option('reason'))
      print(`${webhook.department} ${webhook.registrationId} ${done}`)
    },
  }
}
