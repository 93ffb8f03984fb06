/** How passwords are kept: scrypt, as better-auth does it, on Node's threads. Loaded with the first officer who signs in. */
export type PasswordHashing = {
  hash(password: string): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
}

export const passwordHashing: PasswordHashing = {
  async hash(password) {
    const { hashPassword } = await import('@better-auth/utils/password')
    return hashPassword(password)
  },
  async verify(hash, password) {
    const { verifyPassword } = await import('@better-auth/utils/password')
    return verifyPassword(hash, password)
  },
}
