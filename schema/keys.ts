import type { RotationResult } from '../src/departments/enrolment-service.ts'
import { builder, department, onDepartment } from './builder.ts'
import { Refusal, refusable } from './refusal.ts'

const RotateKeySuccess = builder.objectRef<RotationResult>('RotateKeySuccess').implement({
  ...onDepartment,
  fields: (t) => ({
    kid: t.exposeString('kid', { description: 'RFC 7638 thumbprint of the new key.' }),
    notBefore: t.expose('notBefore', { type: 'DateTime' }),
    previousNotAfter: t.expose('previousNotAfter', {
      type: 'DateTime',
      description: 'Until then the key that signed this still counts.',
    }),
  }),
})

const RotateKeyInput = builder.inputType('RotateKeyInput', {
  subGraphs: department,
  fields: (t) => ({
    jwk: t.field({
      type: 'JSON',
      required: true,
      description: 'The new public key (RFC 7517), Ed25519 or P-256.',
    }),
    proof: t.string({
      required: true,
      description: 'JWS by the new key, typ rotation+jwt, over aud, iss, iat, exp, jti.',
    }),
  }),
})

builder.mutationField('rotateKey', (t) =>
  t.field({
    subGraphs: department,
    type: RotateKeySuccess,
    description: 'Brings in the next key, signed by the present one; both count until the overlap ends.',
    errors: { types: [Refusal], union: { name: 'RotateKeyResult', subGraphs: department } },
    args: { input: t.arg({ type: RotateKeyInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, () =>
        context.enrolment.rotate(context.caller, { jwk: input.jwk, proof: input.proof }),
      ),
  }),
)
