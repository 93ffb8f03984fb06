export type ExchangePublicJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
export type SigningKey = {
  readonly kid: string
  readonly publicJwk: ExchangePublicJwk
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
export type PublishedKey = {
  readonly kid: string
  readonly publicJwk: ExchangePublicJwk
  readonly activeFrom: Date
  readonly activeTo: Date | null
}
