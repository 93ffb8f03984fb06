import { expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { createPasswordHashing } from '../../../src/officers/password-hashing.ts'

const { atOnce, waiting } = limits.passwordsHashed

it('a few passwords are hashed at once, some wait, and of more nothing is looked at', async () => {
  const finish: (() => void)[] = []
  const { inTurn } = createPasswordHashing({
    hash: () => new Promise((resolve) => finish.push(() => resolve('hashed'))),
    verify: () => expect.unreachable(),
  })
  const turn = () => inTurn(async ({ hash }) => ({ outcome: await hash('password') }))
  const taken = Array.from({ length: atOnce + waiting }, turn)
  expect(await turn()).toEqual({ outcome: 'BUSY' })
  expect(finish).toHaveLength(atOnce)
  for (let done = 0; done < taken.length; done += 1) {
    await expect.poll(() => finish.length).toBeGreaterThan(done)
    expect(finish.length - done).toBeLessThanOrEqual(atOnce)
    finish[done]?.()
  }
  expect(await Promise.all(taken)).toEqual(Array(taken.length).fill({ outcome: 'hashed' }))
})

it('one that fails holds up no other', async () => {
  const { inTurn } = createPasswordHashing()
  const failing = () =>
    inTurn(async () => {
      throw new RangeError('no database')
    })
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce + waiting }, failing))
  expect(outcomes.map(({ status }) => status)).toEqual(Array(outcomes.length).fill('rejected'))
  expect(await inTurn(async () => ({ outcome: 'hashed' }))).toEqual({ outcome: 'hashed' })
})
