// The gateway's tests over the transport that is not the default: both keep the same promises.
import { speak } from "../../tests/gateway/world.ts";
import { DEFAULT_TRANSPORT } from "./index.ts";

speak(DEFAULT_TRANSPORT === "lean" ? "node" : "lean");
await import("./bad-input.test.ts");
await import("./failures.test.ts");
await import("./forwarding.test.ts");
await import("./models.test.ts");
