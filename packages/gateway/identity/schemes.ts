// The schemes of one subject, ready, in the order in which its settings name them.
import type { WorkspaceName } from "@holdfast/base";
import type { PlanAccessRules, PlanIntrospectionScheme, PlanScheme } from "@holdfast/contract";
import type { PolicyTools } from "../policies/policy.ts";
import { basicScheme } from "./basic/basic-scheme.ts";
import { hmacScheme } from "./hmac/hmac-scheme.ts";
import { introspectionScheme } from "./introspection/introspection-scheme.ts";
import { jwtScheme } from "./jwt/jwt-scheme.ts";
import { keyScheme } from "./key-scheme.ts";
import type { Scheme } from "./scheme.ts";

export type Schemes = { all: readonly Scheme[]; takes_bearer: boolean; takes_nobody: boolean };

export function prepareSchemes({ any_of }: PlanAccessRules, workspace: WorkspaceName, tools: PolicyTools): Schemes {
  const place = { any_of, bearers: any_of.filter(takesBearer).length, workspace, tools };
  return {
    all: any_of.flatMap((scheme) => prepareScheme(scheme, place) ?? []),
    takes_bearer: place.bearers > 0,
    takes_nobody: any_of.some(({ kind }) => kind === "public"),
  };
}

function takesBearer(scheme: PlanScheme): boolean {
  if (scheme.kind === "api-key") return scheme.header === undefined && scheme.query === undefined;
  return scheme.kind === "jwt" || scheme.kind === "introspection";
}

/** Issuers whose tokens another scheme of the subject can judge by itself. */
function issuersBeside({ issuer }: PlanIntrospectionScheme, any_of: readonly PlanScheme[]): string[] {
  return any_of.flatMap((other) => (other.kind === "jwt" && other.issuer !== issuer ? [other.issuer] : []));
}

type Place = { any_of: readonly PlanScheme[]; bearers: number; workspace: WorkspaceName; tools: PolicyTools };

function prepareScheme(scheme: PlanScheme, { any_of, bearers, workspace, tools }: Place): Scheme | undefined {
  switch (scheme.kind) {
    case "api-key":
      return keyScheme(scheme, { workspace, consumers: tools.consumers, other_bearers: bearers > 1 });
    case "jwt":
      return jwtScheme(scheme, { workspace, tools, sole: bearers === 1 });
    case "introspection":
      return introspectionScheme(scheme, { workspace, tools, issuers: issuersBeside(scheme, any_of) });
    case "basic":
      return basicScheme(scheme, workspace, tools);
    case "hmac":
      return hmacScheme(scheme, workspace, tools);
    case "public":
      return undefined;
  }
}
