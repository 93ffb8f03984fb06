/** What the edge refuses before any rule of the domain is asked. `status` is the HTTP status. */
export type EdgeCode =
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_INVALID'
  | 'SIGNATURE_EXPIRED'
  | 'AUDIENCE_MISMATCH'
  | 'TARGET_MISMATCH'
  | 'BODY_MISMATCH'
  | 'REPLAYED'
  | 'DEPARTMENT_SUSPENDED'
  | 'HEADERS_TOO_LARGE'
  | 'BODY_TOO_LARGE'
  | 'BODY_TIMEOUT'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'METHOD_NOT_ALLOWED'
  | 'MEDIA_TYPE_UNSUPPORTED'
  | 'REQUEST_MALFORMED'
  | 'FILE_PARAMETERS'
  | 'NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'NOT_SIGNED_IN'
  | 'FORBIDDEN'
  | 'CSRF_REFUSED'
  | 'OPEN_DATA_NOT_READY'
  | 'ENROLMENT_CODE_INVALID'
  | 'PROOF_INVALID'
  | 'KEY_UNACCEPTABLE'
  | 'SIGN_IN_REFUSED'
  | 'CODE_REFUSED'
  | 'CHALLENGE_OVER'
  | 'SET_UP_CODE_REFUSED'
  | 'PASSWORD_UNACCEPTABLE'
  | 'PASSKEY_REFUSED'
  | 'SESSION_NOT_FRESH'
  | 'LOCKED'
  | 'SIGN_INS_BUSY'
  | 'SINGLE_SIGN_ON_AWAY'

export type EdgeRefusal = {
  status: number
  code: EdgeCode
  message: string
  headers?: Record<string, string>
}

const refusals: Record<EdgeCode, { status: number; message: string }> = {
  NOT_SIGNED_IN: { status: 401, message: '请先登录 (sign in first)' },
  FORBIDDEN: { status: 403, message: '您的角色无权办理此事 (your roles do not allow this)' },
  CSRF_REFUSED: {
    status: 403,
    message: '请求不是由管理台页面发出 (expected the header x-console: 1 and the Origin of this exchange)',
  },
  SIGNATURE_MISSING: {
    status: 401,
    message: '缺少签名 (expected the header Authorization: Bearer <signed query>)',
  },
  SIGNATURE_INVALID: { status: 401, message: '签名无效 (the signature is not valid)' },
  SIGNATURE_EXPIRED: {
    status: 401,
    message:
      '签名已过期、尚未生效或有效期过长，请核对时钟 (expired, from the future, or valid for too long: check the clock)',
  },
  AUDIENCE_MISMATCH: { status: 401, message: '签名不是给本平台的 (aud is not this exchange)' },
  TARGET_MISMATCH: { status: 401, message: '签名不是给此接口的 (htm or htu is not this endpoint)' },
  BODY_MISMATCH: {
    status: 401,
    message: '请求内容与签名不符 (body_sha256 does not match the bytes received)',
  },
  REPLAYED: { status: 401, message: '该签名已使用过，请重新签名 (this jti was used before: sign again)' },
  DEPARTMENT_SUSPENDED: { status: 403, message: '部门已暂停使用 (the department is suspended)' },
  HEADERS_TOO_LARGE: { status: 431, message: '请求头过大 (the request headers are too large)' },
  BODY_TOO_LARGE: { status: 413, message: '请求内容过大 (the request body is too large)' },
  BODY_TIMEOUT: { status: 408, message: '请求内容接收超时 (the request body did not arrive in time)' },
  RATE_LIMITED: { status: 429, message: '请求过于频繁，请稍后再试 (too many requests: try later)' },
  UNAVAILABLE: { status: 503, message: '服务暂不可用，请稍后再试 (temporarily unavailable: try later)' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: '方法不受支持，见 Allow (this method is not taken here: see Allow)',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    message:
      '内容类型不受支持 (expected Content-Type: application/json, or for /batches that of the file; not encoded)',
  },
  REQUEST_MALFORMED: {
    status: 400,
    message: '请求格式不正确 (expected one JSON object with query, variables, operationName)',
  },
  FILE_PARAMETERS: {
    status: 400,
    message:
      '地址参数不正确 (expected ?dataset=…&batchId=… and at most name, sheet, format CSV|XLSX|NDJSON|XML, encoding UTF-8|GB18030|UTF-16LE, each once)',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 404,
    message: '没有此预置操作，请发送查询全文 (no such persisted operation: send the document)',
  },
  OPEN_DATA_NOT_READY: {
    status: 503,
    message: '开放数据正在重新生成，请稍后再试 (open data are being made anew: try later)',
  },
  NOT_FOUND: { status: 404, message: '没有此接口 (no such endpoint)' },
  ENROLMENT_CODE_INVALID: {
    status: 401,
    message: '登记码无效、已使用或已过期 (the enrolment code is unknown, used or expired)',
  },
  PROOF_INVALID: { status: 400, message: '私钥持有证明无效 (the proof of possession is not valid)' },
  KEY_UNACCEPTABLE: {
    status: 400,
    message:
      '公钥须为未登记过的 Ed25519 或 P-256 公钥 (expected an Ed25519 or P-256 public key not registered before)',
  },
  SIGN_IN_REFUSED: { status: 401, message: '邮箱或密码不正确 (the e-mail or the password is wrong)' },
  CODE_REFUSED: {
    status: 401,
    message: '验证码不正确或已使用过，请等下一个 (the code is wrong or was used: wait for the next)',
  },
  CHALLENGE_OVER: {
    status: 401,
    message: '登录超时，请重新输入密码 (too late: begin with the password again)',
  },
  SET_UP_CODE_REFUSED: {
    status: 401,
    message: '设置码无效、已使用或已过期 (the set-up code is unknown, used or expired)',
  },
  PASSWORD_UNACCEPTABLE: { status: 400, message: '密码不合要求 (the password is not acceptable)' },
  PASSKEY_REFUSED: { status: 401, message: '通行密钥未通过验证 (the passkey was not accepted)' },
  SESSION_NOT_FRESH: {
    status: 403,
    message: '登录已久，请重新登录后再登记通行密钥 (sign in again before registering a passkey)',
  },
  LOCKED: {
    status: 429,
    message: '失败次数过多，账号暂时锁定 (too many failures: the account is locked for a while)',
  },
  SIGN_INS_BUSY: {
    status: 503,
    message: '此刻登录的人太多，请稍候再试 (too many are signing in at this moment: try again soon)',
  },
  SINGLE_SIGN_ON_AWAY: {
    status: 503,
    message: '统一身份认证暂不可用 (the single sign-on cannot be reached at the moment)',
  },
}

export function refuse(code: EdgeCode, headers?: Record<string, string>): EdgeRefusal {
  const refusal = { code, ...refusals[code] }
  return headers ? { ...refusal, headers } : refusal
}

/** The one shape of every refusal (GraphQL over HTTP). */
export function refusalBody(refusal: Pick<EdgeRefusal, 'code' | 'message'>): Buffer {
  return Buffer.from(
    JSON.stringify({ errors: [{ message: refusal.message, extensions: { code: refusal.code } }] }),
  )
}
