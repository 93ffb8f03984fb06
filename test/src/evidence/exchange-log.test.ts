import { expect, test } from 'vitest'
import { type Exchange, leafOf } from '../../../src/evidence/exchange-log.ts'
import { canonicalJson } from '../../../src/kernel/canonical-json.ts'

const exchange: Exchange = {
  departmentId: 7,
  departmentCode: 'PBOC',
  kid: 'kid',
  jti: 'jti',
  tokenExpiresAt: new Date('2026-11-11T10:01:00Z'),
  arrival: '00000000-0000-4000-8000-000000000000',
  at: new Date('2026-11-11T10:00:00Z'),
  operation: 'query screen',
  purpose: '授信审查 "\\ \u0001\u2028 𠮷',
  outcome: 'OK',
  status: 200,
  requestSha256: 'asked',
  answerSha256: 'answered',
  dataVersion: 12,
  subjects: { sealedSalt: Buffer.of(1), digests: Buffer.alloc(32, 3), ids: [1] },
}

test.each([
  ['with subjects', exchange],
  ['without', { ...exchange, operation: null, purpose: null, subjects: null }],
])('a leaf %s is canonical JSON (RFC 8785), and names neither subject nor arrival', (_what, given) => {
  const leaf = leafOf(given)
  expect(leaf).toBe(canonicalJson(JSON.parse(leaf)))
  expect(Object.keys(JSON.parse(leaf))).toEqual([
    ...['at', 'body_sha256', 'data_version', 'department', 'jti', 'kid', 'operation', 'outcome', 'purpose'],
    ...['req_sha256', 'status', 'subjects_sha256', 'v'],
  ])
})
