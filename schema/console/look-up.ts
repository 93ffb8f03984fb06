import { builder, consoleOnly, tellsPosition } from '../builder.ts'
import { purposeText } from '../input-text.ts'
import { IdentifierScheme, Subject } from '../subjects.ts'

builder.queryField('lookUp', (t) =>
  t.field({
    subGraphs: consoleOnly,
    type: Subject,
    nullable: true,
    authScopes: { role: 'ENQUIRER' },
    description:
      'One subject by its identifier, for a purpose, which the log keeps with who asked; null where the exchange has no record of it.',
    args: {
      identifier: t.arg.string({ required: true }),
      scheme: t.arg({ type: IdentifierScheme }),
      purpose: t.arg.string({ required: true }),
    },
    extensions: tellsPosition,
    async resolve(_root, { identifier, scheme, purpose }, { enquiries, caller, reflects }) {
      caller.request.note({ purpose: purposeText(purpose), subjects: [] })
      const { subject, dataVersion } = await enquiries.subject(caller, identifier, scheme ?? null)
      reflects(dataVersion)
      return subject
    },
  }),
)
