import { GraphQLError } from 'graphql'
import { isLegalDay } from '../src/kernel/clock.ts'
import { builder, department } from './builder.ts'
import { dayScalar } from './day.ts'

const isoMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

builder.scalarType('Day', { subGraphs: department, ...dayScalar })

builder.scalarType('DateTime', {
  subGraphs: department,
  description: 'A moment, ISO 8601 in UTC.',
  serialize: (moment) => moment.toISOString(),
  parseValue(input) {
    const isMoment = typeof input === 'string' && isoMoment.test(input) && isLegalDay(input.slice(0, 10))
    const moment = isMoment ? new Date(input) : null
    if (moment && !Number.isNaN(moment.getTime())) return moment
    throw new GraphQLError('须为时刻，带时区 (expected a moment, ISO 8601 with its zone)', {
      extensions: { code: 'INPUT_INVALID' },
    })
  },
})

builder.scalarType('JSON', {
  subGraphs: department,
  description: 'A JSON value. As a record: an object by the field names of the dataset.',
  serialize: (value) => value,
})
