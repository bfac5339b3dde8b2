// What counts as one address: an IPv4 address, or the /64 of an IPv6 one, because whoever has one address there has them all. Pure.

export function networkOf(address: string): string {
  return address.includes(":") ? groupsOf(address).slice(0, 4).join(":") : address;
}

/** The eight groups of an IPv6 address; a zone is dropped. */
export function groupsOf(address: string): string[] {
  const bare = address.split("%", 1)[0] as string;
  const [head = "", tail] = bare.split("::");
  const before = head === "" ? [] : head.split(":");
  if (tail === undefined) return before;
  const after = tail === "" ? [] : tail.split(":");
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
}
