// What a subject's settings say about its releases beside their shares, for people: rules, what callers stick to, shadow, steps.
import type { PlanModel, PlanRoute, StickySettings, Subject } from "@holdfast/contract";

type Said = Pick<Subject, "pick" | "sticky" | "shadow" | "promote">;

export function presentReleaseRules(planned: PlanRoute | PlanModel): Said {
  const { pick = [], sticky, promote } = planned;
  const shadow = planned.kind === "route" ? planned.shadow : undefined;
  return {
    pick: pick.map(({ release, headers = [], cookies = [], consumers = [] }) => ({
      release,
      headers: headers.map(([name, value]) => ({ name, value })),
      cookies: cookies.map(([name, value]) => ({ name, value })),
      consumers,
    })),
    sticky: stickyText(sticky),
    shadow: shadow ? { to: shadow.to, share: shadow.share, methods: shadow.methods } : null,
    promote: promote ? { to: promote.to, steps: promote.steps } : null,
  };
}

function stickyText(sticky: StickySettings | undefined): string {
  switch (sticky?.by) {
    case undefined:
    case "consumer":
      return "consumer, else address";
    case "address":
      return "address";
    case "header":
      return `header ${sticky.name}`;
    case "cookie":
      return `cookie ${sticky.name}`;
    case "own_cookie":
      return `cookie ${sticky.name} of the gateway`;
    case "nothing":
      return "nothing: each call by chance";
  }
}
