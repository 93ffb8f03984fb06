import { GraphQLError } from 'graphql'
import { isLegalDay } from '../src/kernel/clock.ts'

/** The scalar of legal days, the same on every surface. */
export const dayScalar = {
  description: 'A legal day of Asia/Shanghai, YYYY-MM-DD.',
  serialize: (day: string) => day,
  parseValue(input: unknown): string {
    if (typeof input === 'string' && isLegalDay(input)) return input
    throw new GraphQLError('须为日期 YYYY-MM-DD (expected a day, YYYY-MM-DD)', {
      extensions: { code: 'INPUT_INVALID' },
    })
  },
}
