// A rule's conditions in the words of the settings file. Pure.
import type { Subject } from "../../api/types.ts";

type Rule = Subject["pick"][number];

/** `header x-canary: yes`, `cookie beta`, `consumer ada, bob`; all of them must fit. */
export function conditionsOf({ headers, cookies, consumers }: Rule): string[] {
  const named =
    (kind: string) =>
    ({ name, value }: Rule["headers"][number]) =>
      value === "*" ? `${kind} ${name}` : `${kind} ${name}: ${value}`;
  return [
    ...headers.map(named("header")),
    ...cookies.map(named("cookie")),
    ...(consumers.length > 0 ? [`consumer ${consumers.join(", ")}`] : []),
  ];
}
