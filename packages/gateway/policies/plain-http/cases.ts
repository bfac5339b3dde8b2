// What the plain-http policy does, as data.
import { type PolicyCase, publicRoute } from "../case.ts";

const subject = (plain_http: "refuse" | "redirect") => ({ ...publicRoute, plain_http });

export const cases: PolicyCase[] = [
  {
    name: "without encryption nobody is asked who they are",
    subject: subject("refuse"),
    calls: [{ gives: "https_required" }, { scheme: "https", gives: "pass" }],
  },
  {
    name: "to the same address over https",
    subject: subject("redirect"),
    calls: [
      {
        method: "POST",
        path: "/orders/1",
        query: "a=%2F",
        gives: 308,
        headers: ["location", "https://api.example.com/orders/1?a=%2F"],
      },
      { host: "", gives: "https_required" },
      { scheme: "https", gives: "pass" },
    ],
  },
];
