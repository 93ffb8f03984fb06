import type { Receipt } from '../src/evidence/receipt-service.ts'
import type { PublishedKey } from '../src/evidence/signing-key.ts'
import type { Witness } from '../src/evidence/witness-store.ts'
import { limits } from '../src/limits.ts'
import { builder, department, onDepartment } from './builder.ts'
import { requiredText } from './input-text.ts'
import { Refusal, refusable } from './refusal.ts'

const ExchangeKey = builder.objectRef<PublishedKey>('ExchangeKey').implement({
  ...onDepartment,
  description: 'A key of the exchange as it is published.',
  fields: (t) => ({
    kid: t.exposeString('kid', { description: 'RFC 7638 thumbprint.' }),
    x: t.string({
      description: 'Ed25519 public key, base64url (RFC 8037).',
      resolve: ({ publicJwk }) => publicJwk.x,
    }),
    activeFrom: t.expose('activeFrom', { type: 'DateTime' }),
    activeTo: t.expose('activeTo', { type: 'DateTime', nullable: true }),
  }),
})

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

const ReceiptType = builder.objectRef<Receipt>('Receipt').implement({
  ...onDepartment,
  description:
    'What makes the evidence of one exchange (留证) stand alone: its entry of the log, and the proof that it is there.',
  fields: (t) => ({
    logIndex: t.exposeInt('logIndex', { description: 'Place of the entry, from 0.' }),
    leaf: t.exposeString('leaf', { description: 'The entry: canonical JSON (RFC 8785).' }),
    salt: t.string({
      nullable: true,
      description: 'Of the digests, base64; null where nobody was asked about, or it was erased.',
      resolve: ({ salt }) => salt && base64(salt),
    }),
    subjectDigests: t.stringList({
      description: 'SHA-256 over salt and `<scheme> <number>` of each subject asked about, base64.',
      resolve: ({ subjectDigests }) => subjectDigests.map(base64),
    }),
    checkpoint: t.exposeString('checkpoint', {
      description:
        'Signed head of the log (C2SP tlog-checkpoint) that covers the entry: the first that a witness signed too, or else the first.',
    }),
    treeSize: t.exposeInt('treeSize', { description: 'Leaves that the checkpoint covers.' }),
    inclusionProof: t.stringList({
      description: 'Hashes from the leaf to the root (RFC 9162, 2.1.3), base64.',
      resolve: ({ inclusionProof }) => inclusionProof.map(base64),
    }),
    keys: t.expose('keys', {
      type: [ExchangeKey],
      description: 'The keys of the exchange, retired ones too.',
    }),
  }),
})

builder.queryField('receipt', (t) =>
  t.field({
    subGraphs: department,
    type: ReceiptType,
    description: `Receipt (回执) of an earlier request of the caller. Until a checkpoint covers it, at most ${limits.checkpointInterval / 1000} s, refused with NOT_YET_IN_CHECKPOINT.`,
    errors: { types: [Refusal], union: { name: 'ReceiptResult', subGraphs: department } },
    args: {
      requestId: t.arg.string({ required: true, description: 'The jti of that request.' }),
      logIndex: t.arg.int({
        description: 'The log_index of the answer, where a token was sent more than once.',
      }),
    },
    resolve: (_root, { requestId, logIndex }, context) =>
      refusable(context, () =>
        context.receipts.receipt(context.caller, {
          requestId: requiredText('requestId', requestId, limits.tokenIdCharacters.max),
          logIndex: logIndex ?? null,
        }),
      ),
  }),
)

const WitnessType = builder.objectRef<Witness>('Witness').implement({
  ...onDepartment,
  description: 'A witness of the log (见证方): it signs the checkpoints that it found consistent.',
  fields: (t) => ({
    name: t.exposeString('name'),
    vkey: t.exposeString('vkey', { description: 'C2SP signed-note verifier key, type 0x04.' }),
    registeredAt: t.expose('registeredAt', { type: 'DateTime' }),
  }),
})

const RegisterWitnessSuccess = builder
  .objectRef<{ witness: Witness }>('RegisterWitnessSuccess')
  .implement({ ...onDepartment, fields: (t) => ({ witness: t.expose('witness', { type: WitnessType }) }) })

const CosignCheckpointSuccess = builder.objectRef<{ treeSize: number }>('CosignCheckpointSuccess').implement({
  ...onDepartment,
  fields: (t) => ({
    treeSize: t.exposeInt('treeSize', { description: 'Leaves that the checkpoint covers.' }),
  }),
})

const RegisterWitnessInput = builder.inputType('RegisterWitnessInput', {
  subGraphs: department,
  fields: (t) => ({
    vkey: t.string({
      required: true,
      description:
        'C2SP signed-note verifier key of type 0x04 (Ed25519 cosignature); its name is the witness’s.',
    }),
  }),
})

const CosignCheckpointInput = builder.inputType('CosignCheckpointInput', {
  subGraphs: department,
  fields: (t) => ({
    note: t.string({
      required: true,
      description:
        'The checkpoint as the exchange signed it, with a line of the witness (C2SP tlog-cosignature).',
    }),
  }),
})

builder.mutationFields((t) => ({
  registerWitness: t.field({
    subGraphs: department,
    type: RegisterWitnessSuccess,
    description: 'Registers a witness of the caller for good; the same key again is the same witness.',
    errors: { types: [Refusal], union: { name: 'RegisterWitnessResult', subGraphs: department } },
    args: { input: t.arg({ type: RegisterWitnessInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        witness: await context.witnesses.register(context.caller, input.vkey),
      })),
  }),
  cosignCheckpoint: t.field({
    subGraphs: department,
    type: CosignCheckpointSuccess,
    description:
      'Brings in the cosignature of the caller’s witness, which is then published with the checkpoint.',
    errors: { types: [Refusal], union: { name: 'CosignCheckpointResult', subGraphs: department } },
    args: { input: t.arg({ type: CosignCheckpointInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        treeSize: await context.witnesses.cosign(context.caller, input.note),
      })),
  }),
}))
