// The data plane: clients' calls in, upstreams' answers out, a record of each.
export type { Counters, Limit, Taken } from "./counters/counters.ts";
export { createRedisCounters, type RedisCounters } from "./counters/redis.ts";
export { createSharedCounters, type SharedCounters } from "./counters/shared.ts";
export { DEFAULT_TRANSPORT, type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";
export type { RecordSink } from "./pipeline/worker.ts";
export { definePolicy, type Policy } from "./policies/policy.ts";
export type { TransportName } from "./transport/transports.ts";
