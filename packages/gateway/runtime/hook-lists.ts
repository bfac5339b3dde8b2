// The hooks of a subject as lists for each phase. A call looks at a dozen of them, and with thousands of subjects each list of their
// own would be far away: those of no hook are one list, and so are those of one hook that many subjects share.
import type { Hooks } from "../policies/policy.ts";
import type { HookName, Prepared, PreparedReply, Subject } from "./runtime.ts";

export type Owned = { policy: string; hooks: Hooks };

type Lists = Pick<
  Subject,
  "receive" | "identify" | "admit" | "shape" | "body" | "body_end" | "reply" | "reply_data" | "replies" | "done"
>;

export function hookLists(hooks: readonly Owned[]): Lists {
  return {
    receive: hooksOf(hooks, "receive"),
    identify: hooksOf(hooks, "identify"),
    admit: hooksOf(hooks, "admit"),
    shape: hooksOf(hooks, "shape"),
    body: hooksOf(hooks, "body"),
    body_end: hooksOf(hooks, "bodyEnd"),
    reply: hooksOf(hooks, "reply"),
    reply_data: hooksOf(hooks, "replyData"),
    replies: repliesOf(hooks),
    done: hooksOf(hooks, "done"),
  };
}

function hooksOf<Name extends HookName>(all: readonly Owned[], name: Name): readonly Prepared<Name>[] {
  const [first, ...others] = all.filter(({ hooks }) => hooks[name] !== undefined);
  if (!first) return NOTHING;
  const alone = aloneOf(first.policy, first.hooks[name] as Prepared<Name>["run"]);
  if (others.length === 0) return alone;
  return [...alone, ...others.flatMap(({ policy, hooks }) => aloneOf(policy, hooks[name] as Prepared<Name>["run"]))];
}

/** A hook that many subjects share is one object, in one list. */
const lists = new WeakMap<object, readonly { policy: string; run: unknown }[]>();

function aloneOf<Run extends object>(policy: string, run: Run): readonly { policy: string; run: Run }[] {
  const known = lists.get(run) as readonly { policy: string; run: Run }[] | undefined;
  if (known) return known;
  const made = [{ policy, run }];
  lists.set(run, made);
  return made;
}

function repliesOf(all: readonly Owned[]): readonly PreparedReply[] {
  const replies = all.flatMap(({ policy, hooks: { replyBody, whole_reply } }) =>
    replyBody && whole_reply ? [{ policy, run: replyBody, ...whole_reply }] : [],
  );
  return oneNothing(replies);
}

const NOTHING: readonly never[] = [];

export function oneNothing<Item>(list: readonly Item[]): readonly Item[] {
  return list.length === 0 ? NOTHING : list;
}
