import { describe, expect, it } from 'vitest'
import { type AddressKind, addressKind, mayConnect } from '../../../src/webhooks/address-policy.ts'

const vectors: [kind: AddressKind, addresses: string][] = [
  ['PUBLIC', '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 59.192.0.1 100.63.255.255 100.128.0.0 114.114.114.114'],
  ['PUBLIC', '126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0'],
  ['PUBLIC', '192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 203.0.114.0 223.255.255.255'],
  ['PUBLIC', '168.63.129.15 168.63.129.17'],
  ['PUBLIC', '2400:3200::1 2606:4700:4700::1111 2001:200::1 2001:db7::1 2001:db9::1 2003::1 3ffe::1'],
  ['LOOPBACK', '127.0.0.1 127.1.2.3 127.255.255.255 ::1 0:0:0:0:0:0:0:1'],
  // This network, private, shared (CGNAT, and a cloud’s metadata in it), link-local with metadata.
  ['FORBIDDEN', '0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1'],
  ['FORBIDDEN', '100.64.0.1 100.100.100.200 100.127.255.255 169.254.0.1 169.254.169.254 168.63.129.16'],
  // Protocol assignments, documentation, relays, benchmarks, multicast, reserved, broadcast.
  ['FORBIDDEN', '192.0.0.1 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.175.48.1'],
  ['FORBIDDEN', '198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1'],
  ['FORBIDDEN', '255.255.255.255'],
  // Unspecified, IPv4 inside IPv6: mapped, compatible, translated, NAT64 of both prefixes, 6to4, Teredo.
  [
    'FORBIDDEN',
    ':: ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::ffff:0:127.0.0.1',
  ],
  [
    'FORBIDDEN',
    '64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::a00:1 2002:7f00:1:: 2002:808:808:: 2001::1 2001:0:a00:1::',
  ],
  // Unique local with metadata, link-local with and without zone, site-local, multicast, discard, documentation.
  ['FORBIDDEN', 'fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::1%eth0 2606:4700::1%1 fec0::1 ff02::1 ffff::1'],
  [
    'FORBIDDEN',
    '100::1 2001:db8::1 3fff::1 3fff:fff::1 2001:10::1 2001:20::1 2620:4f:8000::1 4000::1 5f00::1',
  ],
  // No addresses, among them the spellings of 127.0.0.1 that a resolver may take.
  ['FORBIDDEN', 'localhost 127.1 0x7f.0.0.1 0177.0.0.1 2130706433 1.1.1.1.1 [::1] ::g 1.1.1'],
]

const table = vectors.flatMap(([kind, addresses]) =>
  addresses.split(' ').map((address) => [address, kind] as const),
)

it.each(table)('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind)
})

it('nothing that is not a word is an address', () => {
  expect(addressKind('')).toBe('FORBIDDEN')
})

describe('a connection', () => {
  it.each([
    ['https:', ['1.1.1.1', '2400:3200::1'], 'PUBLIC', true],
    ['https:', ['1.1.1.1', '127.0.0.1'], 'PUBLIC', false],
    ['https:', ['1.1.1.1', '10.0.0.1'], 'PUBLIC_AND_LOOPBACK', false],
    ['https:', ['127.0.0.1'], 'PUBLIC_AND_LOOPBACK', true],
    ['https:', [], 'PUBLIC', false],
    ['http:', ['1.1.1.1'], 'PUBLIC', false],
    ['http:', ['127.0.0.1'], 'PUBLIC', false],
    ['http:', ['1.1.1.1'], 'PUBLIC_AND_LOOPBACK', false],
    ['http:', ['127.0.0.1', '::1'], 'PUBLIC_AND_LOOPBACK', true],
  ] as const)('by %s to %j where targets are %s: %s', (protocol, addresses, targets, allowed) => {
    expect(mayConnect(protocol, addresses, targets)).toBe(allowed)
  })
})
