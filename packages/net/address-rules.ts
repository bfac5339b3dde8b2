// Which addresses an outgoing connection may never reach, whoever names them. Loopback and private ranges are allowed, because
// upstreams usually live there; what answers without being an upstream (metadata services, broadcast) is not.
import { BlockList, isIP } from "node:net";

/** `subnet` in CIDR notation, such as 169.254.0.0/16 or fe80::/10. */
export type AddressRule = { subnet: string; because: string };

export const DENIED_ADDRESSES: readonly AddressRule[] = [
  { subnet: "0.0.0.0/8", because: "unspecified" },
  { subnet: "169.254.0.0/16", because: "link-local, where clouds serve machine credentials" },
  { subnet: "100.100.100.200/32", because: "metadata service of Alibaba Cloud" },
  { subnet: "192.0.0.192/32", because: "metadata service of Oracle Cloud" },
  { subnet: "224.0.0.0/4", because: "multicast" },
  { subnet: "240.0.0.0/4", because: "reserved and broadcast" },
  { subnet: "::/128", because: "unspecified" },
  { subnet: "fe80::/10", because: "link-local" },
  { subnet: "fd00:ec2::254/128", because: "metadata service of AWS" },
  { subnet: "fd20:ce::254/128", because: "metadata service of Google Cloud" },
  { subnet: "64:ff9b::a9fe:0/112", because: "link-local IPv4 behind NAT64" },
  { subnet: "ff00::/8", because: "multicast" },
];

/** Says why an address may not be connected to; undefined when it may. IPv4 inside IPv6 (::ffff:a.b.c.d) counts as IPv4. */
export type AddressCheck = (address: string) => string | undefined;

/** What a check says of a name. */
const NO_ADDRESS = "not an IP address";

/** Addresses that are known to be allowed. */
const ALLOWED_MAX = 1024;

export function compileAddressRules(rules: readonly AddressRule[]): AddressCheck {
  const lists = rules.map(({ subnet, because }) => ({ list: listOf(subnet), because }));
  const allowed = new Set<string>();
  return (address) => {
    // Asked of each connection, and always of the same few.
    if (allowed.has(address)) return undefined;
    const family = isIP(address);
    if (family === 0) return NO_ADDRESS;
    const kind = family === 4 ? "ipv4" : "ipv6";
    const because = lists.find(({ list }) => list.check(address, kind))?.because;
    if (because === undefined) {
      if (allowed.size === ALLOWED_MAX) allowed.clear();
      allowed.add(address);
    }
    return because;
  };
}

/** @throws RangeError for a subnet that is not CIDR notation: rules are code or settings of the operator, not input. */
function listOf(subnet: string): BlockList {
  const [address = "", bits = ""] = subnet.split("/");
  const family = isIP(address);
  if (family === 0 || !/^\d{1,3}$/.test(bits)) throw new RangeError(`${subnet} is not a subnet such as 10.0.0.0/8`);
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return list;
}
