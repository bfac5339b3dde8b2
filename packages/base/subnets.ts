// Subnets in CIDR notation (RFC 4632, RFC 4291): reading them, and asking whether an address is in one of many.
import { BlockList, isIP } from "node:net";
import { failed, ok, type Result } from "./result.ts";

/** `10.0.0.0/8`, `2001:db8::/32`, or one address, which stands for itself. Comes out with its prefix length. */
export function parseSubnet(text: string): Result<string, string> {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  // A zone means a link of one machine, and no client comes with one.
  if (family === 0 || rest.length > 0 || address.includes("%"))
    return failed(`${JSON.stringify(text)} is no address or subnet such as 192.0.2.7 or 10.0.0.0/8`);
  const most = family === 4 ? 32 : 128;
  if (bits === undefined) return ok(`${address}/${most}`);
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return failed(`the prefix of ${text} is not 0 to ${most}`);
  return ok(`${address}/${Number(bits)}`);
}

/** Says whether an address is in one of the subnets. IPv4 inside IPv6 (`::ffff:192.0.2.7`) counts as IPv4. */
export type AddressSet = (address: string) => boolean;

/** @throws RangeError for what `parseSubnet` refuses. */
export function addressSet(subnets: readonly string[]): AddressSet {
  const list = new BlockList();
  for (const subnet of subnets) {
    const parsed = parseSubnet(subnet);
    if (!parsed.ok) throw new RangeError(parsed.error);
    const [address, bits] = parsed.value.split("/") as [string, string];
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? "ipv4" : "ipv6");
  }
  return (address) => {
    const bare = withoutZone(address);
    const family = isIP(bare);
    return family !== 0 && list.check(bare, family === 4 ? "ipv4" : "ipv6");
  };
}

/** `fe80::1%eth0` → `fe80::1` */
function withoutZone(address: string): string {
  const at = address.indexOf("%");
  return at < 0 ? address : address.slice(0, at);
}
