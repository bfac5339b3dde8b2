// The only place that opens an outgoing socket on a tenant's wish: address rules, connect times, pools.
export { type AddressCheck, type AddressRule, compileAddressRules, DENIED_ADDRESSES } from "./address-rules.ts";
export {
  type Connections,
  type ConnectionsOptions,
  createConnections,
  type OutgoingPool,
  type PoolOptions,
} from "./connections.ts";
export { AddressRefused, ConnectTimeout, checkedLookup, RESET_CODE } from "./connector.ts";
export type { DialEvents, Dialer, DialerOwner } from "./dialer.ts";
export { failWrite } from "./failed-writes.ts";
export { type FetchJson, fetchJson, type JsonRequest } from "./fetch-json.ts";
export type { Address, Resolve, Resolved } from "./resolve.ts";
export { handleOf, readStraight, type StreamWrap, streamWrap, systemError, type WriteRequest } from "./stream-wrap.ts";
export type { TlsOptions } from "./tls.ts";
export type { WireSocket } from "./wire-socket.ts";
export type { Wire, WirePool, WireUser } from "./wires.ts";
