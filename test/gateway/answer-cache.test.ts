import { describe, expect, it } from 'vitest'
import { createAnswerCache, type KeptAnswer } from '../../gateway/answer-cache.ts'

const answerOf = (text: string): KeptAnswer => ({ body: Buffer.from(text), etag: text, dataVersion: 1 })

function world(mostBytes = 1_000) {
  let time = 0
  const made: string[] = []
  const cache = createAnswerCache({ lifetime: 10, mostBytes, now: () => time })
  const ask = (key: string) =>
    cache.answer(key, async () => {
      made.push(key)
      return answerOf(key)
    })
  return {
    cache,
    made,
    ask,
    pass(milliseconds: number) {
      time += milliseconds
    },
  }
}

describe('kept answers', () => {
  it('are made once for all who ask together, and for as long as they live', async () => {
    const { ask, made, pass } = world()
    await Promise.all([ask('a'), ask('a'), ask('b')])
    pass(9)
    await ask('a')
    expect(made).toEqual(['a', 'b'])
    pass(1)
    await ask('a')
    expect(made).toEqual(['a', 'b', 'a'])
  })

  it('are forgotten at once; what is being made meanwhile is given out, but not kept', async () => {
    const { cache, ask, made } = world()
    const asked = ask('a')
    cache.forgetAll()
    expect(await asked).toEqual(answerOf('a'))
    await ask('a')
    expect(made).toEqual(['a', 'a'])
  })

  it('are not kept where there is none, or the making failed', async () => {
    const { cache } = world()
    let times = 0
    const none = () =>
      cache.answer('none', async () => {
        times += 1
        return null
      })
    expect([await none(), await none(), times]).toEqual([null, null, 2])
    const failing = () => cache.answer('bad', () => Promise.reject(new RangeError('no')))
    await expect(failing()).rejects.toThrow('no')
    expect(await cache.answer('bad', async () => answerOf('good'))).toEqual(answerOf('good'))
  })

  it('make room for the newest', async () => {
    const { ask, made } = world(5)
    for (const key of ['aa', 'bb', 'cc', 'cc', 'aa']) await ask(key)
    expect(made).toEqual(['aa', 'bb', 'cc', 'aa'])
  })
})
