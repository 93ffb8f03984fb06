import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What operators see at `/metrics`. Labels hold codes, never identifiers of subjects. */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  let isReady = () => false
  AggregatorRegistry.setRegistries(registry)
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
      aggregator: 'min',
      registers: [registry],
    }),
    ready: new Gauge({
      name: 'jce_ready',
      help: '1 when queries are answered',
      registers: [registry],
      aggregator: 'min',
      collect() {
        this.set(isReady() ? 1 : 0)
      },
    }),
    watchReadiness(ready: () => boolean): void {
      isReady = ready
    },
  }
}

/** What the registry knows of this replica, in the words of a page. */
export async function measuredHealth({ registry, exchanges, duration }: Metrics) {
  const gaugeOf = async (name: string): Promise<number | null> =>
    (await registry.getSingleMetric(name)?.get())?.values[0]?.value ?? null
  const [answers, times] = await Promise.all([exchanges.get(), duration.get()])
  const counted = (isOk: boolean) =>
    answers.values
      .filter(({ labels }) => (labels.outcome === 'OK') === isOk)
      .reduce((sum, { value }) => sum + value, 0)
  const [started, delay, resident] = await Promise.all([
    gaugeOf('process_start_time_seconds'),
    gaugeOf('nodejs_eventloop_lag_p99_seconds'),
    gaugeOf('process_resident_memory_bytes'),
  ])
  return {
    startedAt: new Date((started ?? 0) * 1000),
    answered: counted(true),
    refused: counted(false),
    medianTime: quantile(times.values, 0.5),
    slowTime: quantile(times.values, 0.95),
    eventLoopDelay: delay === null ? null : delay * 1000,
    residentBytes: resident ?? 0,
  }
}

type Bucket = { labels: Partial<Record<string, string | number>>; value: number }

/** The upper end, in milliseconds, of the bucket in which the quantile lies; null: nothing was measured. */
function quantile(values: readonly Bucket[], share: number): number | null {
  const buckets = values
    .filter(({ labels }) => labels.le !== undefined)
    .map(({ labels, value }) => ({
      le: labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le),
      value,
    }))
  const total = Math.max(0, ...buckets.map(({ value }) => value))
  if (total === 0) return null
  const found = buckets.find(({ value }) => value >= total * share)
  return found && Number.isFinite(found.le) ? found.le * 1000 : null
}
