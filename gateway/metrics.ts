import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What operators see at `/metrics`. Labels hold codes, never identifiers of subjects. */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    exchanges: new Counter({
      name: 'jce_exchanges_total',
      help: 'Answered signed queries by outcome (OK or the code of the refusal)',
      labelNames: ['department', 'outcome'],
      registers: [registry],
    }),
    refusals: new Counter({
      name: 'jce_refusals_total',
      help: 'Refusals before the caller was known, by code',
      labelNames: ['code'],
      registers: [registry],
    }),
    duration: new Histogram({
      name: 'jce_exchange_seconds',
      help: 'Time from the first byte read to the last byte written of a signed query',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    logGroup: new Histogram({
      name: 'jce_log_group_size',
      help: 'Exchanges made durable by one commit',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers: [registry],
    }),
    logIntact: new Gauge({
      name: 'jce_log_intact',
      help: '1 while the log is as its checkpoints say',
      registers: [registry],
    }),
    ready: new Gauge({ name: 'jce_ready', help: '1 when queries are answered', registers: [registry] }),
  }
}
