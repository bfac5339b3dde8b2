// Whose counter a call counts on. Decided once for each limit; what comes out is part of a key and never shown.
import { hash } from "node:crypto";
import { LIMITS } from "@holdfast/base";
import type { LimitBy, PlanLimit } from "@holdfast/contract";
import { networkOf } from "../../addresses/network.ts";
import type { PolicyCall } from "../policy.ts";

export type OwnerOf = (call: PolicyCall) => string;

/**
 * Where the counters of a limit are: limits by workspace share theirs between all routes and models that have one of this name, those of
 * a plan between all that its consumers call. No name begins with "@".
 */
export function placeOf(workspace: string, subject: string, limit: PlanLimit): string {
  return (isOfSubject(limit) ? placeOfSubject(workspace, subject) : placeOfWorkspace(workspace)) + withinPlace(limit);
}

/** Whether each route and model counts for itself. */
export function isOfSubject({ by, plan }: PlanLimit): boolean {
  return plan === undefined ? by !== "workspace" : by === "route";
}

export function placeOfSubject(workspace: string, subject: string): string {
  return `${workspace}/${subject}`;
}

export function placeOfWorkspace(workspace: string): string {
  return `${workspace}/`;
}

/** How a limit's keys go on behind their place. */
export function withinPlace({ name, plan }: PlanLimit): string {
  return plan === undefined ? `/${name}` : `@${plan}/${name}`;
}

/** How callers know it: a plan may have a limit of the same name as their route. */
export function titleOf({ name, plan }: PlanLimit): string {
  return plan === undefined ? name : `${plan}/${name}`;
}

/** The mark in front of an address keeps it from being taken for a name, and so do those of keys and headers. */
export function ownerBy(by: LimitBy): OwnerOf {
  switch (by) {
    case "route":
    case "workspace":
      return () => "";
    case "address":
      return ownerByAddress;
    case "consumer":
      // Who did not say who they are is told apart by address.
      return (call) => call.consumer ?? ownerByAddress(call);
    case "key":
      return ownerByKey();
    default:
      return ownerByHeader(by.slice("header:".length));
  }
}

function ownerByAddress(call: PolicyCall): string {
  return `@${networkOf(call.client_address)}`;
}

/** Keys whose hash is remembered; with 64 characters each about 1 MiB. */
const REMEMBERED_MAX = 4096;

/**
 * The key by which the caller was found, and no other that is sent along: a stranger to it could send another one with every call. Who
 * was found by something else, a token that is renewed every hour, counts by name.
 */
function ownerByKey(): OwnerOf {
  const remembered = new Map<string, string>();
  return (call) => {
    const { consumer, key } = call;
    if (consumer === undefined) return ownerByAddress(call);
    if (key === undefined) return consumer;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const owner = `#${hash("sha256", key, "base64url")}`;
    // A copy: `key` may be a piece of a whole head, which would stay with it.
    if (remembered.size < REMEMBERED_MAX) remembered.set(Buffer.from(key).toString(), owner);
    return owner;
  };
}

function ownerByHeader(name: string): OwnerOf {
  return (call) => {
    const value = call.header(name);
    if (value === undefined || value === "") return ownerByAddress(call);
    if (value.length <= LIMITS.limit_owner_characters_max) return `=${value}`;
    return `#${hash("sha256", value, "base64url")}`;
  };
}
