// What the addresses policy does, as data.
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const from = (client_address: string, gives: CaseCall["gives"]): CaseCall => ({ client_address, gives });

export const cases: PolicyCase[] = [
  {
    name: "denied ones never, though they are allowed; then only those allowed",
    subject: {
      ...publicRoute,
      addresses: { allow: ["10.0.0.0/8", "2001:db8::/32"], deny: ["10.9.0.0/16", "2001:db8:9::/48"] },
    },
    calls: [
      from("10.1.2.3", "pass"),
      from("::ffff:10.1.2.3", "pass"),
      from("10.9.0.1", "address_not_allowed"),
      from("::ffff:10.9.0.1", "address_not_allowed"),
      from("192.0.2.1", "address_not_allowed"),
      from("2001:db8::1", "pass"),
      from("2001:db8:9::1", "address_not_allowed"),
      from("2001:db9::1", "address_not_allowed"),
      from("", "address_not_allowed"),
    ],
  },
  {
    name: "with a list of denied ones alone everybody else passes",
    subject: { ...publicRoute, addresses: { deny: ["192.0.2.7/32"] } },
    calls: [from("192.0.2.7", "address_not_allowed"), from("192.0.2.8", "pass")],
  },
];
