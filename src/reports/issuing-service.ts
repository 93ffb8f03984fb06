import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import type { ReplySigner } from '../evidence/reply-signer.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import type { Clock, LegalDay } from '../kernel/clock.ts'
import { lockName, type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { Asked } from './asked-subject.ts'
import { newDocumentSerial } from './document-serial.ts'
import type { Drawing } from './drawing-service.ts'
import {
  eraseContentBefore,
  findByDocumentId,
  findIssuedTo,
  insertDocument,
  type KeptContent,
  type StoredDocument,
} from './issued-document-store.ts'
import {
  anybody,
  type DocumentKind,
  type Issuance,
  type Party,
  type Shown,
  type Statement,
} from './statement.ts'

/** How documents are issued: one picture of the data, signed, drawn, kept, and only then handed out. */

/** A document as it is handed out. Digests are hexadecimal SHA-256, as `sha256sum` prints them. */
export type IssuedDocumentView = {
  serial: string
  kind: DocumentKind
  issuedAt: Date
  asOf: LegalDay
  dataVersion: number
  verifyAt: string
  /** The statement as it was signed (JWS, typ `document+jwt`); its digest is that of this text. */
  statement: string
  statementSha256: string
  pdf: Buffer
  pdfSha256: string
}

/** What a document will say, gathered from one picture of the data. */
export type Draft = {
  dataVersion: number
  asOf: LegalDay
  subjectId: number | null
  datasetIds: number[]
  shown: Shown
  statement(issuance: Issuance): Statement
}

export type IssuingParts = {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  signer: Pick<ReplySigner, 'signDocument'>
  drawing: Drawing
  exchangeId: string
  /** Where everybody verifies documents, without the serial number and without a slash at its end. */
  verifyAt: string
  fallbackFont: string | null
  random: (bytes: number) => Uint8Array
}

export type Order = {
  kind: DocumentKind
  documentId: string
  purpose: string
  asked: Asked
  /** All else that was asked for, so that another request under the same id is told from the same one. */
  facts: Json
}

/** Whom a document is issued to, and what goes with the transaction that keeps it. */
type Recipient = {
  /** Null: anybody. */
  departmentId: number | null
  party: Party
  claim(client: Queryable): Promise<void>
}

export type Issuing = {
  /** `gather` reads by the connection it is given, for the asker it is given. */
  issue(
    caller: Caller,
    order: Order,
    gather: (client: Queryable, asker: Caller) => Promise<Draft>,
  ): Promise<IssuedDocumentView>
  /**
   * To anybody: a draft is asked for under an id that follows from what it says, so that the same content is the same
   * document. `admit` is called before one is made that there was not yet.
   */
  issueToAnybody(
    order: Omit<Order, 'documentId'>,
    gather: (client: Queryable) => Promise<Draft & { documentId: string }>,
    admit: () => Promise<void>,
  ): Promise<IssuedDocumentView>
  /** A document that was issued to the caller before, as it was; null: none was under that number. */
  issuedBefore(caller: Caller, serial: string): Promise<IssuedDocumentView | null>
  /** Erases what old documents say. Returns how many. */
  eraseOld(): Promise<number>
}

export function createIssuing(parts: IssuingParts): Issuing {
  const { pool, vault, clock } = parts

  function macOf({ kind, purpose, asked, facts }: Order): string {
    const { scheme, key, name } = asked
    return vault.blindIndex('issued document', canonicalJson([kind, purpose, scheme, key, name, facts]))
  }

  async function repeated(
    client: Queryable,
    departmentId: number | null,
    order: Order,
  ): Promise<IssuedDocumentView | null> {
    const earlier = await findByDocumentId(client, departmentId, order.documentId)
    if (!earlier) return null
    if (earlier.inputMac !== macOf(order)) {
      throw new Refusal(
        'DOCUMENT_ID_REUSED',
        `文件号 ${order.documentId} 已用于其他申请 (this document id was used for another request)`,
      )
    }
    return present(earlier)
  }

  function present(document: StoredDocument): IssuedDocumentView {
    const { serial, content } = document
    if (!content) {
      throw new Refusal(
        'DOCUMENT_ERASED',
        `该文件内容已满 ${limits.documentRetentionDays} 日，不再保存，请以新文件号申请 (what it says is kept no longer: ask under a new id)`,
      )
    }
    return {
      serial,
      kind: document.kind,
      issuedAt: document.issuedAt,
      asOf: document.asOf,
      dataVersion: document.dataVersion,
      verifyAt: `${parts.verifyAt}/${serial}`,
      statement: vault.decrypt(content.statement, contentContext(serial, 'statement')),
      statementSha256: document.statementSha256,
      pdf: vault.decryptBytes(content.pdf, contentContext(serial, 'pdf')),
      pdfSha256: document.pdfSha256,
    }
  }

  function issuanceOf(party: Party, order: Order, draft: Draft, now: Date): Issuance {
    const serial = newDocumentSerial(parts.random)
    return {
      v: 1,
      iss: parts.exchangeId,
      iat: Math.floor(now.getTime() / 1000),
      serial,
      verify_at: `${parts.verifyAt}/${serial}`,
      issued_at: now.toISOString(),
      asked_by: party,
      purpose: order.purpose,
      data_version: draft.dataVersion,
      as_of: draft.asOf,
    }
  }

  async function make(recipient: Recipient, order: Order, draft: Draft): Promise<IssuedDocumentView> {
    const now = clock.now()
    // Members in canonical order (RFC 8785), so that the signed bytes are those that anyone makes of the same content.
    const statement: Statement = JSON.parse(
      canonicalJson(draft.statement(issuanceOf(recipient.party, order, draft, now))),
    )
    const token = await parts.signer.signDocument(statement, now)
    const pdf = await parts.drawing.draw({ statement, token, fallbackFont: parts.fallbackFont })
    const { serial } = statement
    const content: KeptContent = {
      statement: vault.encrypt(token, contentContext(serial, 'statement')),
      pdf: vault.encrypt(pdf, contentContext(serial, 'pdf')),
      lookup: { scheme: order.asked.scheme, key: order.asked.key },
    }
    const document = {
      serial,
      kind: order.kind,
      subjectId: draft.subjectId,
      datasetIds: draft.datasetIds,
      shown: draft.shown,
      asOf: draft.asOf,
      issuedAt: now,
      dataVersion: draft.dataVersion,
      statementSha256: hexSha256(token),
      pdfSha256: hexSha256(pdf),
      content,
    }
    return transaction(pool, async (client) => {
      await recipient.claim(client)
      await lockName(client, `issued document ${recipient.departmentId} ${order.documentId}`)
      const meanwhile = await repeated(client, recipient.departmentId, order)
      if (meanwhile) return meanwhile
      await insertDocument(client, {
        ...document,
        departmentId: recipient.departmentId,
        documentId: order.documentId,
        inputMac: macOf(order),
        purpose: order.purpose,
      })
      return present(document)
    })
  }

  return {
    async issuedBefore(caller, serial) {
      const document = await findIssuedTo(pool, caller.department.id, serial)
      return document && present(document)
    },

    async issue(caller, order, gather) {
      caller.request.note({
        purpose: order.purpose,
        subjects: [`${order.asked.scheme} ${order.asked.number}`],
      })
      const { department, request } = caller
      const earlier = await repeated(pool, department.id, order)
      if (earlier) return earlier
      // The enquiries that follow are this one, which is noted already.
      const asker = { ...caller, request: { ...request, note() {} } }
      const draft = await onePicture(pool, (client) => gather(client, asker))
      const party = { code: department.code, name: department.name }
      return make(
        { departmentId: department.id, party, claim: (client) => request.claim(client) },
        order,
        draft,
      )
    },

    async issueToAnybody(asked, gather, admit) {
      const draft = await onePicture(pool, gather)
      const order = { ...asked, documentId: draft.documentId }
      const earlier = await repeated(pool, null, order)
      if (earlier) return earlier
      await admit()
      return make({ departmentId: null, party: anybody, claim: async () => {} }, order, draft)
    },

    eraseOld() {
      const ago = (days: number) => new Date(clock.now().getTime() - days * 86_400_000)
      return eraseContentBefore(pool, {
        departments: ago(limits.documentRetentionDays),
        anybody: ago(limits.publicDocumentRetentionDays),
      })
    },
  }
}

/** Everything that is read, as it stood at one moment: what a document says in one place fits what it says in another. */
async function onePicture<T>(pool: pg.Pool, read: (client: Queryable) => Promise<T>): Promise<T> {
  return transaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    return read(client)
  })
}

/** Binds what the vault encrypted to its place. */
export const contentContext = (serial: string, part: 'statement' | 'pdf') =>
  `issued document ${serial} ${part}`

const hexSha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
