import { GraphQLError } from 'graphql'
import { isLegalDay } from '../src/kernel/clock.ts'
import { builder, department } from './builder.ts'

builder.scalarType('Day', {
  subGraphs: department,
  description: 'A legal day of Asia/Shanghai, YYYY-MM-DD.',
  serialize: (day) => day,
  parseValue(input) {
    if (typeof input === 'string' && isLegalDay(input)) return input
    throw new GraphQLError('须为日期 YYYY-MM-DD (expected a day, YYYY-MM-DD)', {
      extensions: { code: 'INPUT_INVALID' },
    })
  },
})

builder.scalarType('DateTime', {
  subGraphs: department,
  description: 'A moment, ISO 8601 in UTC.',
  serialize: (moment) => moment.toISOString(),
  parseValue() {
    throw new GraphQLError('DateTime 只用于回答 (DateTime is for answers only)')
  },
})

builder.scalarType('JSON', {
  subGraphs: department,
  description: 'A JSON value. As a record: an object by the field names of the dataset.',
  serialize: (value) => value,
})
