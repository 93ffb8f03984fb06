import { BlockList, isIP } from 'node:net'

/**
 * Where the exchange may connect to on behalf of a department. A webhook must never become a way into the network of
 * the exchange (server-side request forgery): whatever is not plainly an address of the public internet is forbidden.
 */
export type AddressKind = 'PUBLIC' | 'LOOPBACK' | 'FORBIDDEN'

/** Where webhooks may lie: in evaluation mode also on the machine itself. */
export type WebhookTargets = 'PUBLIC' | 'PUBLIC_AND_LOOPBACK'

const listOf = (family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}

const loopback4 = listOf('ipv4', [['127.0.0.0', 8]])

/** IANA IPv4 special-purpose registry, multicast, reserved; and what looks public but answers inside a cloud. */
const special4 = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
])

const loopback6 = listOf('ipv6', [['::1', 128]])

/** Global unicast. All else is refused with it: mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local, link-local, multicast. */
const unicast6 = listOf('ipv6', [['2000::', 3]])

/** Inside global unicast: protocol assignments with Teredo, documentation, 6to4, AS112. */
const special6 = listOf('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
])

export function addressKind(address: string): AddressKind {
  switch (isIP(address)) {
    case 4:
      if (loopback4.check(address, 'ipv4')) return 'LOOPBACK'
      return special4.check(address, 'ipv4') ? 'FORBIDDEN' : 'PUBLIC'
    case 6:
      // A zone (`%eth0`) names an interface of this machine.
      if (address.includes('%')) return 'FORBIDDEN'
      if (loopback6.check(address, 'ipv6')) return 'LOOPBACK'
      return unicast6.check(address, 'ipv6') && !special6.check(address, 'ipv6') ? 'PUBLIC' : 'FORBIDDEN'
    default:
      return 'FORBIDDEN'
  }
}

/** Every address of a name must be allowed: which of them is connected to would otherwise be left to chance. */
export function mayConnect(
  protocol: 'https:' | 'http:',
  addresses: readonly string[],
  targets: WebhookTargets,
): boolean {
  if (addresses.length === 0) return false
  const allowed = allowedKinds(protocol, targets)
  return addresses.every((address) => allowed.includes(addressKind(address)))
}

function allowedKinds(protocol: 'https:' | 'http:', targets: WebhookTargets): readonly AddressKind[] {
  if (targets === 'PUBLIC') return protocol === 'https:' ? ['PUBLIC'] : []
  return protocol === 'https:' ? ['PUBLIC', 'LOOPBACK'] : ['LOOPBACK']
}
