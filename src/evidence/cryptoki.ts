/**
 * What is used of the functions of PKCS#11 (Cryptoki), in the form that pkcs11js gives them. Its own types are there only
 * where that optional package with native code could be built; the type check must hold everywhere.
 */
export type Cryptoki = {
  load(path: string): void
  C_Initialize(options: { flags: number }): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Buffer[]
  C_GetTokenInfo(slot: Buffer): { label: string }
  C_OpenSession(slot: Buffer, flags: number): Buffer
  C_CloseSession(session: Buffer): void
  C_Login(session: Buffer, userType: number, pin: string): void
  C_FindObjectsInit(session: Buffer, template: Attribute[]): void
  C_FindObjects(session: Buffer, most: number): Buffer[]
  C_FindObjectsFinal(session: Buffer): void
  C_GetAttributeValue(session: Buffer, object: Buffer, template: Attribute[]): { value: Buffer }[]
  C_GenerateKeyPair(
    session: Buffer,
    mechanism: { mechanism: number },
    publicTemplate: Attribute[],
    privateTemplate: Attribute[],
  ): { publicKey: Buffer; privateKey: Buffer }
  C_SignInit(session: Buffer, mechanism: { mechanism: number }, key: Buffer): void
  /** In a thread of its own. `room` takes the signature. */
  C_SignAsync(session: Buffer, bytes: Buffer, room: Buffer): Promise<Buffer>
}

type Attribute = { type: number; value?: number | boolean | string | Buffer }
