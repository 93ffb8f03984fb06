import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { doomedPool, FanOutWorld, grades, Killed, kinds, type ListCode, measure } from './fan-out-world.ts'

/** Each bound department gets each task once, whatever happens and whoever is interrupted. */

const listCode = fc.constantFrom<ListCode>('OPEN_LIST', 'CLOSED_LIST')
const grade = fc.constantFrom(...grades)
const which = fc.nat(20)

type Act = (world: FanOutWorld, listings: number[], departments: string[]) => Promise<void>
type Doing = { name: string; act: Act }

/** What a rule refuses in this state has not happened. */
const ifAllowed = (work: Promise<void>) => work.catch(() => {})

const pick = (of: readonly number[], n: number) => of[n % Math.max(1, of.length)]

const onListing = (name: string, act: (world: FanOutWorld, listingId: number) => Promise<void>) =>
  which.map(
    (n): Doing => ({
      name: `${name} ${n}`,
      act: async (world, listings) => {
        const id = pick(listings, n)
        if (id !== undefined) await ifAllowed(act(world, id))
      },
    }),
  )

const anything: fc.Arbitrary<Doing> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        list: listCode,
        count: fc.integer({ min: 1, max: 4 }),
        grade,
        from: fc.integer({ min: -2, max: 2 }),
        days: fc.option(fc.integer({ min: 0, max: 4 })),
      })
      .map(({ list, ...facts }) => ({
        name: `list ${list} ${JSON.stringify(facts)}`,
        act: async (world: FanOutWorld, listings: number[]) => {
          listings.push(...(await world.list(list, facts)))
        },
      })),
  },
  onListing('suspend', (world, id) => world.change(id, 'SUSPENDED')),
  onListing('resume', (world, id) => world.change(id, 'RESUMED')),
  onListing('remove', (world, id) => world.change(id, 'REMOVED')),
  onListing('withdraw', (world, id) => world.withdraw(id, addCalendarDays(world.day, -1))),
  fc
    .tuple(grade, fc.integer({ min: -1, max: 2 }))
    .chain(([to, from]) =>
      onListing(`correct to ${to} from ${from}`, (world, id) => world.correct(id, to, from)),
    ),
  {
    weight: 2,
    arbitrary: fc
      .record({
        code: fc.constantFrom('M_ONE', 'M_TWO', 'M_HINT'),
        status: fc.constantFrom('ACTIVE', 'ACTIVE', 'RETIRED'),
        departmentKinds: fc.subarray([...kinds]),
        triggers: fc.uniqueArray(
          fc.record({ listType: listCode, grades: fc.option(fc.subarray([...grades], { minLength: 1 })) }),
          { minLength: 1, maxLength: 2, selector: ({ listType }) => listType },
        ),
        ends: fc.option(fc.integer({ min: -1, max: 3 })),
      })
      .map(({ code, ends, ...facts }) => ({
        name: `policy ${code} ${JSON.stringify({ ends, ...facts })}`,
        act: (world: FanOutWorld) =>
          world.importCatalogue({
            measures: [
              measure(code, {
                ...facts,
                effectiveTo: ends === null ? null : addCalendarDays(world.day, ends),
                ...(code === 'M_HINT' ? { class: '市场自主' } : {}),
              }),
            ],
          }),
      })),
  },
  fc.constantFrom(...kinds).map((kind) => ({
    name: `department of ${kind}`,
    act: async (world: FanOutWorld, _listings: number[], departments: string[]) => {
      const code = `D${departments.length}`
      departments.push(code)
      await world.activate(code, kind)
    },
  })),
  which.map((n) => ({
    name: `grant or suspend or merge ${n}`,
    act: async (world: FanOutWorld, _listings: number[], departments: string[]) => {
      const [one, other] = [departments[n % departments.length], departments[(n + 1) % departments.length]]
      if (one === undefined || other === undefined) return
      if (n % 3 === 0) await ifAllowed(world.merge(one, other))
      else if (n % 3 === 1) await ifAllowed(world.grant(one))
      else await ifAllowed(world.suspend(one))
    },
  })),
  fc.constant({
    name: 'next day',
    act: async (world: FanOutWorld) => {
      world.day = addCalendarDays(world.day, 1)
    },
  }),
  fc.constant({ name: 'work', act: async (world: FanOutWorld) => void (await world.worker().catchUp()) }),
  fc.nat(30).map((statements) => ({
    name: `work, killed after ${statements} statements`,
    act: async (world: FanOutWorld) => {
      await world
        .worker(doomedPool(world.pool, statements))
        .catchUp()
        .catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error
        })
    },
  })),
  fc.constant({
    name: 'two at once',
    act: async (world: FanOutWorld) => {
      await Promise.all([world.worker().catchUp(), world.worker().catchUp()])
    },
  }),
)

describe('tasks', () => {
  it('are what memberships, measures and departments make them, each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 6, maxLength: 24 }), async (doings) => {
        await using world = await FanOutWorld.start()
        await world.importCatalogue({
          measures: [measure('M_ONE'), measure('M_TWO', { departmentKinds: [kinds[0]] })],
        })
        const listings: number[] = []
        const departments: string[] = []
        for (const { act } of doings) await act(world, listings, departments)
        await world.noteEnded()
        await world.worker().catchUp()
        expect(await world.open()).toEqual(await world.wanted())
        expect(await world.faults()).toEqual([])
        // Gone through again, nothing happens.
        expect(await world.worker().catchUp()).toBe(0)
      }),
      { numRuns: 25 },
    )
  }, 300_000)

  it('of a membership that is over are to be lifted from that day; in force again, they come back', async () => {
    await using world = await FanOutWorld.start()
    await world.importCatalogue({ measures: [measure('M_ONE')] })
    await world.activate('FIN', 'FINANCE')
    const [listingId = 0] = await world.list('OPEN_LIST')
    await world.worker().catchUp()
    await world.change(listingId, 'SUSPENDED')
    await world.worker().catchUp()
    const phases = async () => new Set((await world.tasks()).map(({ phase }) => phase))
    expect(await phases()).toEqual(new Set(['LIFTING']))
    await world.change(listingId, 'RESUMED')
    await world.worker().catchUp()
    expect(await phases()).toEqual(new Set(['DELIVERED']))
    world.day = addCalendarDays(world.day, 3)
    await world.withdraw(listingId, addCalendarDays(world.day, -2))
    await world.worker().catchUp()
    const [task] = await world.tasks()
    expect(task?.events.map(({ type }) => type)).toEqual(['DELIVERED', 'LIFTING', 'REOPENED', 'LIFTING'])
    expect(task?.events.at(-1)).toMatchObject({
      reason: 'LISTING_OVER',
      overOn: addCalendarDays(world.day, -2),
    })
    const { rows } = await world.pool.query('SELECT DISTINCT lift_from AS "liftFrom" FROM measure_task')
    expect(rows).toEqual([{ liftFrom: world.day }])
  })

  it('of a department that was closed end with it, and its successor has its own', async () => {
    await using world = await FanOutWorld.start()
    await world.importCatalogue({ measures: [measure('M_ONE', { departmentKinds: ['FINANCE'] })] })
    await world.activate('OLD', 'FINANCE')
    await world.list('OPEN_LIST')
    await world.worker().catchUp()
    await world.activate('NEW', 'FINANCE')
    await world.merge('OLD', 'NEW')
    await world.worker().catchUp()
    const told = (await world.tasks()).map(({ key, phase }) => `${key.split(' ')[2]} ${phase}`)
    expect(told.sort()).toEqual(['NEW DELIVERED', 'OLD LIFTED'])
  })

  it('begin and end with the days of memberships and measures, though nothing happens on them', async () => {
    await using world = await FanOutWorld.start()
    const begins = { effectiveFrom: addCalendarDays(world.day, 1) }
    const ends = { effectiveTo: addCalendarDays(world.day, 1) }
    await world.importCatalogue({ measures: [measure('M_LATER', begins), measure('M_ENDS', ends)] })
    await world.list('OPEN_LIST')
    await world.list('OPEN_LIST', { from: 2 })
    const worker = world.worker()
    const opened: string[][] = []
    for (let day = 0; day < 3; day += 1) {
      await worker.catchUp()
      opened.push((await world.open()).map((key) => key.split(' ').slice(0, 2).join(' ')))
      expect(await world.open()).toEqual(await world.wanted())
      world.day = addCalendarDays(world.day, 1)
    }
    expect(opened).toEqual([['1 M_ENDS'], ['1 M_ENDS', '1 M_LATER'], ['1 M_LATER', '2 M_LATER']])
  })

  it('a policy change goes on where it was interrupted, by whichever replica', async () => {
    await using world = await FanOutWorld.start()
    for (const [n, kind] of kinds.entries()) await world.activate(`D${n}`, kind)
    await world.list('OPEN_LIST', { count: 320 })
    await world.worker().catchUp()
    await world.importCatalogue({ measures: [measure('M_ONE')] })
    let killed = 0
    for (let statements = 4; statements < 40; statements += 2) {
      const replicas = [statements, statements + 5].map((n) =>
        world.worker(doomedPool(world.pool, n)).catchUp(),
      )
      for (const end of await Promise.allSettled(replicas)) {
        if (end.status === 'fulfilled') continue
        if (!(end.reason instanceof Killed)) throw end.reason
        killed += 1
      }
    }
    await world.worker().catchUp()
    expect(killed).toBeGreaterThan(3)
    expect(await world.open()).toEqual(await world.wanted())
    expect((await world.open()).length).toBe(320 * 4)
    expect(await world.faults()).toEqual([])
  })

  it('are of memberships and departments that are there, and keep them', async () => {
    await using world = await FanOutWorld.start()
    await world.importCatalogue({ measures: [measure('M_ONE')] })
    await world.activate('FIN', 'FINANCE')
    await world.list('OPEN_LIST')
    await world.worker().catchUp()
    const copied = (column: string, value: string) => {
      const columns = ['listing_id', 'measure_code', 'department_id', 'phase', 'created_on']
      const values = columns.map((each) => (each === column ? value : each))
      return `INSERT INTO measure_task (${columns}) SELECT ${values} FROM measure_task LIMIT 1`
    }
    for (const statement of [
      copied('listing_id', '999999'),
      copied('department_id', '999999'),
      `INSERT INTO measure_task_event (task_id, seq, type, data, effective_on) VALUES (999999, 1, 'DELIVERED', '{}', '2026-01-01')`,
      'UPDATE measure_task SET department_id = 999999',
      'UPDATE listing SET id = 999999',
      'DELETE FROM listing',
      'DELETE FROM department',
      'DELETE FROM measure_task',
    ])
      await expect(world.pool.query(statement), statement).rejects.toMatchObject({ code: '23503' })
  })

  it('are made while writers of the feed hold its head, and do not make them wait', async () => {
    await using world = await FanOutWorld.start()
    await world.importCatalogue({ measures: [measure('M_ONE')] })
    await world.list('OPEN_LIST', { count: 3 })
    const writer = await world.pool.connect()
    await writer.query('BEGIN')
    await writer.query('UPDATE feed_head SET position = position')
    try {
      expect(await world.worker().catchUp()).toBe(3)
    } finally {
      await writer.query('ROLLBACK')
      writer.release()
    }
  })
})
