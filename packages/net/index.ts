// The only place that opens an outgoing socket on a tenant's wish: address rules, connect times, pools.
export { type AddressCheck, type AddressRule, compileAddressRules, DENIED_ADDRESSES } from "./address-rules.ts";
export { type Connections, createConnections, type OutgoingPool, type PoolOptions } from "./connections.ts";
export { AddressRefused, ConnectTimeout, checkedLookup } from "./connector.ts";
export type { Wire, WirePool, WireUser } from "./wires.ts";
