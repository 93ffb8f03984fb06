import { limits } from '../src/limits.ts'
import { type Webhook, webhookStatuses } from '../src/webhooks/webhook.ts'
import { builder, department, onDepartment } from './builder.ts'
import { requiredText } from './input-text.ts'
import { Refusal, refusable } from './refusal.ts'

const WebhookStatus = builder.enumType('WebhookStatus', {
  subGraphs: department,
  description: 'STUCK: given up after about a day of failures; replayWebhook goes on from where it stopped.',
  values: webhookStatuses,
})

const WebhookType = builder.objectRef<Webhook>('Webhook').implement({
  ...onDepartment,
  description:
    'An address of the caller that is told of changes (变更回调): signed, in order, at least once.',
  fields: (t) => ({
    registrationId: t.exposeString('registrationId'),
    url: t.exposeString('url', {
      description: 'As it is kept, and as the claim url of each delivery names it.',
    }),
    status: t.expose('status', { type: WebhookStatus }),
    position: t.exposeInt('position', { description: 'The feed up to here was delivered.' }),
    failures: t.exposeInt('failures', { description: 'In a row, since the last delivery.' }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description:
        'ADDRESS_FORBIDDEN, NAME_NOT_RESOLVED, CONNECTION_FAILED, TLS_FAILED, TIMEOUT, or HTTP_ with the status.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

const WebhookSuccess = (name: string) =>
  builder.objectRef<{ webhook: Webhook }>(name).implement({
    ...onDepartment,
    fields: (t) => ({ webhook: t.expose('webhook', { type: WebhookType }) }),
  })

const RegisterWebhookInput = builder.inputType('RegisterWebhookInput', {
  subGraphs: department,
  fields: (t) => ({
    registrationId: t.string({
      required: true,
      description: 'Chosen by the caller; it stands for this webhook for ever, also once it is removed.',
    }),
    url: t.string({
      required: true,
      description: `https, port 443 or from 1024, no credentials, no fragment, at most ${limits.webhookUrlCharacters} characters.`,
    }),
    after: t.int({
      required: true,
      description: 'Changes after this position of the feed are delivered; 0 for all.',
    }),
  }),
})

const idOf = (registrationId: string) =>
  requiredText('registrationId', registrationId, limits.registrationIdCharacters)

builder.queryField('webhooks', (t) =>
  t.field({
    subGraphs: department,
    type: [WebhookType],
    authScopes: { role: 'ENQUIRER' },
    description: `The caller’s webhooks, at most ${limits.webhooksPerDepartment}, without those removed.`,
    resolve: (_root, _args, context) => context.webhooks.list(context.caller),
  }),
)

builder.mutationFields((t) => ({
  registerWebhook: t.field({
    subGraphs: department,
    type: WebhookSuccess('RegisterWebhookSuccess'),
    authScopes: { role: 'ENQUIRER' },
    description: 'Registers an address that is told of changes.',
    errors: { types: [Refusal], union: { name: 'RegisterWebhookResult', subGraphs: department } },
    args: { input: t.arg({ type: RegisterWebhookInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        webhook: await context.webhooks.register(context.caller, {
          ...input,
          registrationId: idOf(input.registrationId),
        }),
      })),
  }),
  removeWebhook: t.field({
    subGraphs: department,
    type: WebhookSuccess('RemoveWebhookSuccess'),
    description: 'Ends deliveries to it; a delivery under way may still arrive.',
    errors: { types: [Refusal], union: { name: 'RemoveWebhookResult', subGraphs: department } },
    args: { registrationId: t.arg.string({ required: true }) },
    resolve: (_root, { registrationId }, context) =>
      refusable(context, async () => ({
        webhook: await context.webhooks.remove(context.caller, idOf(registrationId)),
      })),
  }),
  replayWebhook: t.field({
    subGraphs: department,
    type: WebhookSuccess('ReplayWebhookSuccess'),
    authScopes: { role: 'ENQUIRER' },
    description: 'A STUCK webhook goes on from where it stopped; any other goes on as it does.',
    errors: { types: [Refusal], union: { name: 'ReplayWebhookResult', subGraphs: department } },
    args: { registrationId: t.arg.string({ required: true }) },
    resolve: (_root, { registrationId }, context) =>
      refusable(context, async () => ({
        webhook: await context.webhooks.replay(context.caller, idOf(registrationId)),
      })),
  }),
}))
