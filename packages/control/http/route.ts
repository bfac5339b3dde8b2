// What a route is: a sentence that says what it takes, who may ask, what it does and what it shows. Pure declaration; mount.ts
// turns it into a handler, openapi.ts into documentation, and access.test.ts into attempts with every wrong identity.
import type { WorkspaceName } from "@holdfast/base";
import type { Role } from "@holdfast/contract";
import type { Principal } from "@holdfast/identity";
import type { z } from "zod";
import type { Services } from "../services.ts";

/**
 * Who may ask. A role is a role in the workspace that the path names. Neither "anyone" nor "public" needs an identity; a
 * change for "anyone" must not come from a foreign page, one for "public" may: that is what it is for.
 */
export type Access = "public" | "anyone" | "signed-in" | Role;

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** What a handler gets: parsed, and only after the asker was admitted. */
type Ask<Path extends string, Who extends Access, Query, Body> = {
  services: Services;
  /** The part of the path that is in braces; `workspace` is one that `who` belongs to. */
  params: { [Name in ParamNames<Path>]: Name extends "workspace" ? WorkspaceName : string };
  who: Who extends "public" | "anyone" ? undefined : Principal;
  query: Query;
  body: Body;
  /** Headers as they came, for what only identity understands: cookies, origin. */
  headers: Headers;
  /** The peer of the connection, as an address; for counting attempts. */
  address: string;
  /** Headers to send along, such as a session cookie. */
  reply: Headers;
};

/** Answers with something other than one JSON document: the handler makes the response itself. `of` describes its parts. */
export type Raw = { content_type: string; of: z.ZodType };

type Answer<Shows> = Shows extends z.ZodType
  ? Promise<z.input<Shows>>
  : Shows extends Raw
    ? Promise<Response>
    : Promise<void>;

type Definition<Path extends string, Who extends Access, Query, Body, Shows> = {
  method: "get" | "post" | "put" | "patch" | "delete";
  path: Path;
  access: Who;
  /** One line for the API's documentation. */
  summary: string;
  query?: Query;
  body?: Body;
  body_bytes_max?: number;
  /** 201 for what makes something; without `shows` the answer is 204. */
  status?: 200 | 201;
  /** The answer goes through this schema, so a field that it does not name never leaves. */
  shows?: Shows;
  run(
    ask: Ask<
      Path,
      Who,
      Query extends z.ZodType ? z.output<Query> : undefined,
      Body extends z.ZodType ? z.output<Body> : undefined
    >,
  ): Answer<Shows>;
};

/** A route as the registry keeps it, its types forgotten. */
export type Route = {
  method: "get" | "post" | "put" | "patch" | "delete";
  path: string;
  access: Access;
  summary: string;
  query: z.ZodObject | undefined;
  body: z.ZodType | undefined;
  body_bytes_max: number | undefined;
  status: 200 | 201 | 204;
  shows: z.ZodType | Raw | undefined;
  run(ask: Ask<string, Access, unknown, unknown>): Promise<unknown>;
};

/** Throws at boot when a route does not say who may ask, or asks for a role where no workspace is named. */
export function defineRoute<
  const Path extends string,
  const Who extends Access,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Shows extends z.ZodType | Raw | undefined = undefined,
>(definition: Definition<Path, Who, Query, Body, Shows>): Route {
  const { method, path, access, summary, query, body, body_bytes_max, shows } = definition;
  refuseOpenDoor(method, path, access);
  const status = definition.status ?? (shows ? 200 : 204);
  const run = definition.run as unknown as Route["run"];
  return { method, path, access, summary, query, body, body_bytes_max, status, shows, run };
}

const ACCESSES: readonly Access[] = ["public", "anyone", "signed-in", "viewer", "operator", "admin"];

function refuseOpenDoor(method: string, path: string, access: Access | undefined): void {
  const route = `${method.toUpperCase()} ${path}`;
  if (access === undefined || !ACCESSES.includes(access)) throw new Error(`${route} does not say who may ask`);
  const needs_role = access === "viewer" || access === "operator" || access === "admin";
  const names_workspace = path.includes("{workspace}");
  if (needs_role && !names_workspace) throw new Error(`${route} asks for the role ${access} but names no workspace`);
  if (!needs_role && names_workspace) throw new Error(`${route} names a workspace but asks for no role in it`);
}

export function isRaw(shows: Route["shows"]): shows is Raw {
  return shows !== undefined && "content_type" in shows;
}

/** Names in braces, in their order. */
export function paramNames(path: string): string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] as string);
}
