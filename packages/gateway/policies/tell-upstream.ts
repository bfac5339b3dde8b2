// What an upstream is told of who calls, in headers that no client can say. Of consumers of the settings it is one text, made once:
// their names, groups and scopes have no character that a header could not hold. What others vouch for goes in the checked list.
import { onePiece } from "@holdfast/http1";
import type { Caller } from "../identity/scheme.ts";
import type { HeaderLines } from "../transport/header-lines.ts";
import type { Consumer, Consumers } from "./consumers.ts";
import type { PolicyCall } from "./policy.ts";

/** The caller is this consumer, by a key. */
export function tellOfConsumer(call: PolicyCall, consumer: Consumer): void {
  consumer.told ??= linesOf(consumer);
  call.caller_lines = consumer.told;
}

function linesOf({ name, groups, scopes = [] }: Consumer): HeaderLines {
  const in_groups = groups ? `x-consumer-groups: ${groups.join(",")}\r\n` : "";
  const with_scopes = scopes.length > 0 ? `x-authenticated-scope: ${scopes.join(" ")}\r\n` : "";
  return onePiece(`x-consumer: ${name}\r\n${in_groups}${with_scopes}`);
}

/** The caller is whom an identity vouches for, or a consumer by a key. */
export function tellOfCaller(call: PolicyCall, caller: Caller, consumers: Consumers): void {
  const consumer = consumers.byName(call.workspace, call.consumer as string);
  if (consumer && caller.identity === undefined) tellOfConsumer(call, consumer);
  else tellInList(call, caller, consumer?.groups);
}

function tellInList(call: PolicyCall, { scopes, headers }: Caller, groups: readonly string[] | undefined): void {
  const list = call.upstream_headers;
  list.push("x-consumer", encodeName(call.consumer as string));
  if (groups) list.push("x-consumer-groups", groups.join(","));
  if (scopes.length > 0) list.push("x-authenticated-scope", encodeName(scopes.join(" ")));
  for (const part of headers) list.push(part);
}

/** Names of other people's making may hold what a header cannot. */
function encodeName(name: string): string {
  return name.toWellFormed().replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}
