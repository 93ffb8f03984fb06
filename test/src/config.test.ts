import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'

const faultsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env, '/srv')
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

describe('the single sign-on', () => {
  const whole = {
    OIDC_ISSUER: 'https://sso.example.gov.cn',
    OIDC_CLIENT_ID: 'exchange',
    OIDC_CLIENT_SECRET_FILE: 'oidc.secret',
  }

  it('is there where it is configured', () => {
    expect(readConfig({}, '/srv').singleSignOn).toBeNull()
    expect(readConfig(whole, '/srv').singleSignOn).toEqual({
      issuer: 'https://sso.example.gov.cn',
      clientId: 'exchange',
      clientSecretFile: '/srv/oidc.secret',
      name: '统一身份认证 (single sign-on)',
    })
  })

  it.each(Object.keys(whole))('is refused without %s', (missing) => {
    const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== missing))
    expect(faultsOf(rest)).toEqual([`${missing}: expected with the other OIDC_ variables`])
  })

  it.each([
    ['http://sso.example.gov.cn', 1],
    ['http://localhost:9000', 0],
    ['http://127.0.0.1:9000', 0],
    ['http://127.0.0.1.example.org', 1],
  ])('at %s has %i faults', (issuer, count) => {
    expect(faultsOf({ ...whole, OIDC_ISSUER: issuer })).toHaveLength(count)
  })
})
