// The data plane: clients' calls in, upstreams' answers out, a record of each.

export type { TrustedProxies } from "./addresses/trusted-proxies.ts";
export type { Purge } from "./cache/purge.ts";
export { openPurgeStream, type PurgeStream } from "./cache/purge-stream.ts";
export type { Counters, Limit, Taken } from "./counters/counters.ts";
export { giveUpPlaces, type LimitBuffers, newLimitBuffers, sharedState } from "./counters/limit-state.ts";
export { type QuotaKind, quotaChanges, restoreQuotas, snapshotQuotas } from "./counters/quota-snapshot.ts";
export { createRedisState, type RedisState } from "./counters/redis.ts";
export { createSharedCounters, type SharedCounters } from "./counters/shared.ts";
export { type StandIn, withStandIn } from "./counters/stand-in.ts";
export { HEAP_OPTIONS, setUpHeaps } from "./engine.ts";
export { addFigures, ended, NO_FIGURES } from "./figures/add-figures.ts";
export { DEFAULT_TRANSPORT, type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";
export type { RecordSink } from "./pipeline/worker.ts";
export { policies } from "./policies/policies.ts";
export { definePolicy, type Policy } from "./policies/policy.ts";
export type { GatewayTls } from "./transport/tls/open-tls.ts";
export type { TransportName } from "./transport/transports.ts";
export { type WarmUpOptions, warmUp } from "./warm-up/warm-up.ts";
