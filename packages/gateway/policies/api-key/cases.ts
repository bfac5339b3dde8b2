// What the api-key policy does, as data.
import { type PolicyCase, privateRoute, publicRoute } from "../case.ts";

export const cases: PolicyCase[] = [
  {
    name: "no key where one is needed",
    subject: privateRoute,
    calls: [{ gives: "credentials_missing", headers: ["www-authenticate", 'Bearer realm="holdfast"'] }],
  },
  {
    name: "a key that nobody has",
    subject: privateRoute,
    calls: [{ api_key: "key-of-nobody", gives: "credentials_invalid" }],
  },
  {
    name: "a key of another workspace says nothing, and is not forwarded",
    subject: privateRoute,
    calls: [{ api_key: "key-of-stranger", gives: "credentials_invalid", drops: ["api_key"] }],
  },
  {
    name: "basic credentials are no key",
    subject: privateRoute,
    calls: [{ authorization: "Basic a2V5LW9mLXNob3A6", gives: "credentials_missing" }],
  },
  {
    name: "a key in x-api-key leaves the upstream's own credentials alone",
    subject: privateRoute,
    calls: [
      {
        api_key: "key-of-shop",
        authorization: "Bearer upstream-token",
        gives: "pass",
        consumer: "shop",
        drops: ["api_key"],
      },
    ],
  },
  {
    name: "a bearer key, the scheme in any case",
    subject: privateRoute,
    calls: [
      { authorization: "bearer key-of-shop", gives: "pass", consumer: "shop", drops: ["authorization"] },
      { authorization: "Bearer key-of-app", gives: "pass", consumer: "app", drops: ["authorization"] },
    ],
  },
  {
    name: "two keys of ours: the header names the caller, neither is forwarded",
    subject: privateRoute,
    calls: [
      {
        api_key: "key-of-shop",
        authorization: "Bearer key-of-app",
        gives: "pass",
        consumer: "shop",
        drops: ["api_key", "authorization"],
      },
    ],
  },
  {
    name: "a public route lets everybody pass and knows whom it can",
    subject: publicRoute,
    calls: [
      { gives: "pass" },
      { api_key: "key-of-nobody", gives: "pass" },
      { api_key: "key-of-stranger", gives: "pass", drops: ["api_key"] },
      { api_key: "key-of-shop", gives: "pass", consumer: "shop", drops: ["api_key"] },
    ],
  },
];
