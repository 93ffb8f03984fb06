import { Refusal } from '../src/kernel/refusal.ts'
import { builder, onDepartment } from './builder.ts'
import type { Context } from './context.ts'

builder.objectType(Refusal, {
  name: 'Refusal',
  ...onDepartment,
  description: 'What a rule refuses: nothing was changed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'A closed set of codes, in docs/integrators.md.' }),
    message: t.exposeString('message', { description: 'For the clerk: Chinese, then English.' }),
    legalBasis: t.exposeString('legalBasis', {
      nullable: true,
      description: 'The article the rule rests on.',
    }),
    concerns: t.field({
      type: ['ID'],
      description:
        'Of IDENTITY_CONTRADICTION: the proposals whose judgements do not go together, last the one that says different. Empty otherwise.',
      resolve: ({ concerns }) => concerns.map(String),
    }),
  }),
})

export { Refusal }

/** Runs one use case; a refusal becomes part of the answer, and its code part of the evidence. */
export async function refusable<T>(context: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) context.refused(error.code)
    throw error
  }
}
