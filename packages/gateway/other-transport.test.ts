// The gateway's tests over the transport that is not the default: both keep the same promises.
import { speak } from "../../tests/gateway/world.ts";
import { DEFAULT_TRANSPORT } from "./index.ts";

speak(DEFAULT_TRANSPORT === "lean" ? "node" : "lean");
await import("./bad-input.test.ts");
await import("./cache/cache.test.ts");
await import("./cache/revalidation.test.ts");
await import("./cache/clearing.test.ts");
await import("./cache/stale.test.ts");
await import("./failures.test.ts");
await import("./connections.test.ts");
await import("./running.test.ts");
await import("./streams.test.ts");
await import("./forwarding.test.ts");
await import("./routing.test.ts");
await import("./messages.test.ts");
await import("./compositions.test.ts");
await import("./models.test.ts");
await import("./model-bytes.test.ts");
await import("./model-streams.test.ts");
await import("./model-callers.test.ts");
await import("./releases.test.ts");
await import("./access.test.ts");
await import("./signed-requests.test.ts");
await import("./upstreams.test.ts");
await import("./upstream-outages.test.ts");
await import("./upstream-retries.test.ts");
await import("./upstream-tls.test.ts");
