import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import { lockName, type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { cosignatureIn, sizeIn } from './checkpoint.ts'
import { checkpointOfSize } from './checkpoint-store.ts'
import { ed25519Cosignature, parseNote, parseVkey, type SignedNote } from './signed-note.ts'
import {
  type PublicWitness,
  publicWitnesses,
  saveCosignature,
  saveWitness,
  type Witness,
  witnessesOf,
} from './witness-store.ts'

/** Witnesses (见证方): departments that sign the checkpoints which they found consistent with all they saw before. */
export type WitnessService = {
  /** Registers the key of a witness; the same key again is the same witness. */
  register(caller: Caller, vkey: string): Promise<Witness>
  /** Takes a checkpoint that the caller's witness signed, as a whole note. Returns the size of its tree. */
  cosign(caller: Caller, note: string): Promise<number>
  list(): Promise<PublicWitness[]>
}

export function createWitnessService(parts: { pool: pg.Pool; clock: Clock }): WitnessService {
  const { pool, clock } = parts

  return {
    async register(caller, vkey) {
      const key = parseVkey(vkey)
      if (key?.type !== ed25519Cosignature || key.name.length > limits.witnessNameCharacters)
        throw new Refusal(
          'WITNESS_UNACCEPTABLE',
          'vkey 须为 Ed25519 见证公钥 (vkey: expected an Ed25519 cosignature key, type 0x04)',
        )
      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        // Counted under a lock, so that two at once do not pass the limit.
        await lockName(client, 'witness')
        const own = await witnessesOf(client, caller.department.id)
        const known = own.find((witness) => witness.vkey === vkey)
        if (known) return known
        if (own.length >= limits.witnessesPerDepartment)
          throw new Refusal(
            'TOO_MANY_WITNESSES',
            `每部门至多 ${limits.witnessesPerDepartment} 个见证公钥 (too many witness keys of one department)`,
          )
        if ((await publicWitnesses(client)).length >= limits.witnesses)
          throw new Refusal(
            'TOO_MANY_WITNESSES',
            `全平台至多 ${limits.witnesses} 个见证公钥 (too many witness keys in all)`,
          )
        const saved = await saveWitness(client, {
          departmentId: caller.department.id,
          name: key.name,
          vkey,
          registeredAt: clock.now(),
        })
        if (!saved)
          throw new Refusal(
            'WITNESS_UNACCEPTABLE',
            '该名称或公钥已由其他见证方使用 (the name or the key is another witness’s)',
          )
        return saved
      })
    },

    async cosign(caller, note) {
      const signed = note.length <= limits.noteCharacters ? parseNote(note) : null
      const size = signed && sizeIn(signed.text)
      if (signed === null || size === null)
        throw new Refusal('COSIGNATURE_INVALID', '不是检查点 (expected a checkpoint, as a signed note)')
      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        const checkpoint = await checkpointOfSize(client, size)
        if (!checkpoint || parseNote(checkpoint.note)?.text !== signed.text)
          throw new Refusal(
            'CHECKPOINT_UNKNOWN',
            '本平台未签发该检查点 (this exchange has not signed that checkpoint)',
          )
        const [witness, cosignature] = await signedBy(client, caller, signed)
        const ahead = cosignature.at.getTime() - clock.now().getTime()
        const skew = limits.clockSkewSeconds * 1000
        // A checkpoint was seen by nobody before it was signed: the witness's clock is wrong, and the line would stay for ever.
        if (cosignature.at.getTime() < checkpoint.at.getTime() - skew)
          throw new Refusal(
            'COSIGNATURE_INVALID',
            '见证时间早于检查点，请核对时钟 (the cosignature is older than the checkpoint: check the clock)',
          )
        if (ahead > skew)
          throw new Refusal('COSIGNATURE_INVALID', '见证时间在未来 (the cosignature is of the future)')
        await saveCosignature(client, { size, witnessId: witness.id, ...cosignature })
        return size
      })
    },

    list: () => publicWitnesses(pool),
  }

  async function signedBy(client: Queryable, caller: Caller, note: SignedNote) {
    const own = await witnessesOf(client, caller.department.id)
    if (own.length === 0)
      throw new Refusal('WITNESS_UNKNOWN', '本部门没有登记见证公钥 (no witness key of yours is registered)')
    for (const witness of own) {
      const key = parseVkey(witness.vkey)
      const cosignature = key && cosignatureIn(note, key)
      if (cosignature) return [witness, cosignature] as const
    }
    throw new Refusal(
      'COSIGNATURE_INVALID',
      '没有本部门见证公钥的有效签名 (no signature of your witness holds)',
    )
  }
}
