import type { ReceiptReport } from './receipt-verification.ts'

/** What a receipt proves and what it does not, each one sentence in Chinese and one in English. */
export interface ReceiptWords {
  readonly proves: readonly string[]
  readonly provesNot: readonly string[]
}

/** Of a receipt that does not hold nothing is proven, whatever single steps hold. */
export function wordsOf({ holds, exchange, leaf, checkpoint }: ReceiptReport): ReceiptWords {
  const { request, reply } = exchange
  if (!holds || !request || !reply || !leaf || !checkpoint) {
    return {
      proves: [],
      provesNot: ['回执不成立，什么也不能证明。 The receipt does not hold and proves nothing.'],
    }
  }
  const [asked, answered] = [moment(request.issuedAt), moment(reply.iat)]
  const purpose = leaf.purpose === null ? '' : `，用途“${leaf.purpose}”`
  const forPurpose = leaf.purpose === null ? '' : `, for the purpose “${leaf.purpose}”`
  const { size, cosignatures } = checkpoint
  const seen = cosignatures.map(({ key, timestamp }) => ({ name: key.name, at: moment(timestamp ?? 0) }))
  return {
    proves: [
      `${request.department} 于 ${asked} 以密钥 ${request.kid} 向 ${request.exchange} 提出了这一请求${purpose}，一字未改。 ` +
        `${request.department} put this very request to ${request.exchange} at ${asked}, by its key ${request.kid}${forPurpose}.`,
      `平台于 ${answered} 作出了这一回答（状态 ${reply.status}），依据截至变更第 ${reply.data_version} 号的数据。 ` +
        `The exchange gave this very answer (status ${reply.status}) at ${answered}, by its data as of change ${reply.data_version}.`,
      `该次问答是平台证据日志共 ${size} 条中的第 ${reply.log_index} 条（自 0 起）；改动、删去或调换任何一条都会被发现。 ` +
        `It is entry ${reply.log_index} (from 0) of the ${size} of the exchange's log; no entry can be changed, dropped or moved unnoticed.`,
      ...seen.map(
        ({ name, at }) =>
          `见证方 ${name} 于 ${at} 确认日志与其此前所见一致，当时该条已在其中。 ` +
          `The witness ${name} found the log, with this entry, consistent with all it had seen by ${at}.`,
      ),
    ],
    provesNot: [
      '不证明数据本身真实，只证明平台当时如此回答。 Not that the data were true: only that the exchange answered so.',
      '不证明提出请求的具体人员，也不证明用途属实。 Not which person asked, nor that the purpose was the true one.',
      ...(seen.length > 0
        ? [
            '所记时间不晚于见证时间；早到何时仍以平台所述为准。 The time is not later than what the witnesses say; how much earlier is the exchange’s word.',
            '见证方以外的人是否看到另一份日志，取决于见证方是否可信。 That nobody was shown another log rests on trust in these witnesses.',
          ]
        : [
            '所记时间仅以平台与请求方的时钟为准。 The time rests on the clocks of the exchange and of who asked, alone.',
            '没有你所信任的见证方，不能排除平台向他人出示了另一份日志。 Without a witness that you trust, others may have been shown another log.',
          ]),
    ],
  }
}

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString()
