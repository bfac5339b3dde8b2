// A plan made ready to serve: everything that can be decided once is decided here, so that a call only looks things up.
// A runtime never changes; a new plan is a new runtime, and each call keeps the one that it began with.
import type { Id, ReferenceSigner, WorkspaceName } from "@holdfast/base";
import type { ModelTarget, PlanCapture, PlanModel, PlanRoute, PlanTimeouts } from "@holdfast/contract";
import type { RouteCache } from "../cache/route-cache.ts";
import type { PreparedCompose } from "../compose/prepare-compose.ts";
import type { Buckets } from "../counters/counters.ts";
import type { Meter } from "../figures/meter.ts";
import type { Consumers } from "../policies/consumers.ts";
import type { Hooks, PolicyCall } from "../policies/policy.ts";
import type { Slice } from "../releases/choose-release.ts";
import type { Picker } from "../releases/picker.ts";
import type { Router } from "../routing/router.ts";
import type { HeaderLines } from "../transport/header-lines.ts";
import type { UpstreamOrigin } from "../transport/upstream.ts";
import type { UpstreamGroup } from "../upstreams/group.ts";

export type Target = {
  origin: UpstreamOrigin;
  /** Put before the request's path; empty or `/base` without a trailing slash. */
  prefix: string;
  /** On models only. */
  model: ModelTarget | undefined;
};

/** `turn` counts up with every call: targets take turns. */
export type Release = Slice & {
  name: string;
  /** Counts the calls that it served. */
  meter: Meter;
  targets: readonly Target[];
  turn: number;
  /** Where the service says how its upstreams are chosen and watched: then `turn` is not used. */
  group: UpstreamGroup | undefined;
};

/** Hooks that run, and whose they are. */
export type Prepared<Name extends HookName> = { policy: string; run: NonNullable<Hooks[Name]> };
export type HookName = Exclude<keyof Hooks, "whole_body" | "whole_reply">;

/** A hook on whole answers. */
export type PreparedReply = Prepared<"replyBody"> & NonNullable<Hooks["whole_reply"]>;

/**
 * A route or a model, ready. With thousands of them none is in a cache, so that a call should go to few places: what is the same for
 * many subjects is one object, and what a call needs of the plan stands here too.
 */
export type Subject = {
  plan: PlanRoute | PlanModel;
  workspace: WorkspaceName;
  timeouts: PlanTimeouts;
  /** Undefined: nothing of a call is kept. */
  capture: PlanCapture | undefined;
  /** A route's only path; undefined: it has several, or is a model. */
  path: string | undefined;
  /** Among the routes of its plan; -1: a model. */
  place: number;
  /** routes.orders, models.assistant */
  name: string;
  /** Places callers differently on each subject. */
  seed: number;
  /** Of its rates. */
  buckets: Buckets;
  /** Of the workspace; signs the line that gives a call's reference. */
  signer: ReferenceSigner;
  /** The caller is told where they stand with our limits, so what an upstream says of its own is not passed on. */
  limited(call: Pick<PolicyCall, "consumer">): boolean;
  receive: readonly Prepared<"receive">[];
  identify: readonly Prepared<"identify">[];
  admit: readonly Prepared<"admit">[];
  shape: readonly Prepared<"shape">[];
  body: readonly Prepared<"body">[];
  body_end: readonly Prepared<"bodyEnd">[];
  reply: readonly Prepared<"reply">[];
  reply_data: readonly Prepared<"replyData">[];
  replies: readonly PreparedReply[];
  done: readonly Prepared<"done">[];
  /** On routes of workspaces in which some route keeps answers. */
  cache: RouteCache | undefined;
  /** Counts calls that no release served. */
  meter: Meter;
  /** Who asks that bodies of requests are gathered before `shape`; nobody: they stream. */
  gathers: readonly NonNullable<Hooks["whole_body"]>[];
  /** In place of an upstream. */
  compose: PreparedCompose | undefined;
  /** Those with a share. */
  releases: readonly Release[];
  /** Where more than shares decides who is served by which release. */
  picker: Picker<Release> | undefined;
};

export type Models = {
  /** Of one workspace, in the plan's order. */
  ofWorkspace(workspace: WorkspaceName): readonly Subject[];
  /** These can be called without a key that names their workspace: public ones, and those that take other credentials. */
  readonly open: readonly Subject[];
  readonly none: boolean;
};

export type Runtime = {
  /** Number of the plan. */
  readonly number: number;
  /** No other runtime of this process has it. */
  readonly prepared: number;
  readonly router: Router<Subject>;
  readonly routes: readonly Subject[];
  readonly models: Models;
  readonly consumers: Consumers;
  /** The only workspace of the plan: it also owns the calls that match nothing. Empty when there are several. */
  readonly home: WorkspaceName;
  /** The line that gives the reference of a call whose workspace is known although its subject is not. */
  sign(workspace: WorkspaceName, call: Id): HeaderLines | undefined;
  /** Each call enters when it begins and leaves when it ends. */
  enter(): void;
  leave(): void;
  /** No call will enter any more: its upstream connections are given back when the last one leaves. */
  retire(): void;
};
