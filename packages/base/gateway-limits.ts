// The limits of the gateway's own work on calls; part of LIMITS (limits.ts).

export const GATEWAY_LIMITS = {
  /** Largest request head (request line and headers) the gateway reads. nginx allows 4 × 8 KiB. */
  head_bytes_max: 32 * 1024,
  /** A request head must be complete this long after its connection opened or its first byte came; slow senders hold no place. */
  head_ms: 15_000,
  /** A TLS handshake must be done in this time. Three round trips over a bad mobile line take 2 s. */
  tls_handshake_ms: 10_000,
  /** How long before a certificate expires the log begins to warn. Certificates of 90 days are renewed 30 days before. */
  certificate_warning_ms: 21 * 86_400_000,
  /** HTTP/2 streams of one connection at once; browsers open up to 100. RFC 9113 section 6.5.2 advises against less. */
  h2_streams_max: 128,
  /** What a client may send on one stream, and on one connection, before we have read it. */
  h2_stream_window_bytes: 256 * 1024,
  h2_connection_window_bytes: 1024 * 1024,
  /** Header lines of one HTTP/2 request, pseudo-headers included. Apache takes 100. */
  h2_header_pairs_max: 200,
  /** Streams of one connection that may be reset at once, and then in each second. A page that is left resets up to 100. */
  h2_resets_max: 200,
  h2_resets_per_second: 33,
  /** PING and SETTINGS frames of one connection at once, and then in each second. gRPC clients ping every 10 s at most. */
  h2_control_frames_max: 500,
  h2_control_frames_per_second: 50,
  /** How long a client's idle connection is kept. nginx keeps 75 s. */
  keep_alive_ms: 75_000,
  /** A worker that warms up serves after this time, warm or not. On a core of its own it takes 1.5 to 2.2 s. */
  warm_up_ms_max: 5_000,
  /** Calls at once of all workers of a process that warm up, and of each at least. Each holds four file descriptors. */
  warm_up_calls_max: 200,
  warm_up_calls_min: 50,
  /** Calls running at once in one worker; past it a call is refused at once. Each holds about 20 KiB and two sockets. */
  worker_calls_max: 10_000,
  /** Sockets that one worker listens with on a port that others may listen on too: so many connections it accepts in a turn of its loop. */
  listening_sockets: 32,
  /** How often a worker looks how late its event loop is: late enough to cost nothing, often enough to admit calls in small portions. */
  overload_look_ms: 10,
  /** After so long what was seen is judged: longer than any single pause, short beside the patience of a caller. */
  overload_window_ms: 100,
  /** A refusal waits so long: whoever asks again at once asks 100 times a second at most. It must stay well below 50 ms. */
  overload_refuse_after_ms: 10,
  /** Share of a worker's time in which it writes refusals; those for which it is not enough wait longer. */
  overload_refusals_share: 0.15,
  /** Calls of one worker that wait for their refusal; past it they are refused at once. */
  overload_waiting_max: 10_000,
  /** Calls refused for overload that get a record each second in one worker; the others are counted only. */
  overload_records_per_second: 20,
  /** Connections of one worker to one upstream address. Past it calls wait for one, within their connect timeout. */
  upstream_connections_max: 1024,
  /** How far back a retry budget looks: long enough for a share of few calls, short enough to forget an outage. */
  retry_budget_window_ms: 10_000,
  /** Points of one weight unit on a consistent-hash ring: 160 keep shares within about 10 % (libketama has the same). */
  hash_ring_points: 160,
  /** Points of one whole ring, whatever the weights: 8 bytes each. */
  hash_ring_points_max: 65_536,
  /** Bytes of a health check's answer that are read; its status says what is asked for. */
  health_body_bytes_max: 64 * 1024,
  /** How long resolved addresses of an upstream's name are believed: within these, what DNS says; a resolver that is away is
   * survived this much longer, and no longer. */
  name_ttl_ms_min: 1_000,
  name_ttl_ms_max: 300_000,
  name_ttl_ms_default: 10_000,
  name_stale_ms_max: 60_000,
  /** How long a name that has no address is not asked for again (RFC 2308 leaves it to us where DNS does not say). */
  name_failed_ms: 1_000,
  /** How long one question to a DNS server waits for its answer. It is asked twice. */
  name_answer_ms: 2_000,
  /** HTTP/2 connections of one worker to one upstream address, and requests on each at once where the upstream allows more. */
  h2_upstream_connections_max: 16,
  h2_upstream_streams_max: 256,
  /** A silent HTTP/2 connection to an upstream with requests on it is pinged after this time, and given up without an answer. */
  h2_upstream_ping_ms: 30_000,
  h2_upstream_pong_ms: 10_000,
  /** How long an HTTP/2 connection to an upstream is kept without requests. */
  h2_upstream_idle_ms: 60_000,
  /** After a connection to an upstream could not be opened, whoever wants one is told the same for this long, without another try;
   * twice as long after the next vain try, and so on up to the most. */
  redial_ms_min: 50,
  redial_ms_max: 500,
  /** A connection to an upstream on which a write failed is read on until it ends, or is silent for this long. It ends at once, but
   * for failures that are not of the connection. */
  upstream_last_words_ms: 1_000,
  /** Largest answer head an upstream may send. Node itself allows 16 KiB. */
  upstream_head_bytes_max: 64 * 1024,
  /** Body bytes that are read and thrown away after a refusal, so that the client reads the answer before the connection ends. */
  discard_bytes_max: 1024 * 1024,
  /** Silence in a request body that is read before its route is known (model calls). Routes have timeouts of their own. */
  request_idle_ms: 30_000,
  /** Such a body must have come in whole in this time. 20 MiB over 2 Mbit/s take 84 s. */
  buffered_body_ms: 120_000,
  /** An answer begins in this time, its request's body included, where the settings name no `timeouts.total`. 1 GiB over 20 Mbit/s take
   * 7 minutes. */
  answer_begins_ms: 10 * 60_000,
  /** How exactly gateway deadlines are kept: one look over all running calls in this time, instead of a timer for each. A whole call
   * ends up to one step and a half after its deadline, a silence up to two and a half; neither ends before. */
  deadline_step_ms: 25,
  /** Shortest deadline that settings may name: what steps may add stays below two thirds of it. 0 would be none, or the end of all. */
  deadline_ms_min: 100,
  /** Recorded part of a user agent. Real ones are below 300. */
  user_agent_characters_max: 512,
  /** Of a call's reason in its record: a sentence or two. */
  reason_characters_max: 300,
  /** Longest x-request-id that is accepted from a client; a longer one is replaced. */
  request_id_characters_max: 128,
  /** Largest body that a policy or the model path may buffer, for instance to read the model's name. Images in prompts are large. */
  buffered_body_bytes_max: 20 * 1024 * 1024,
  /** Bodies that a check or transformation must see whole, where the route has no `body_most` of its own. Forms and documents are smaller. */
  checked_body_bytes_max: 2 * 1024 * 1024,
  /** Violations told in one refusal: beyond that, more lines do not help. */
  violations_max: 20,
  /** Bodies up to this size are told all their violations; of larger ones the first, so that a refusal stays cheap. */
  violations_body_bytes_max: 64 * 1024,
  /** Nesting, members of all objects, and entries of one list that a JSON body may have unless its route says otherwise. */
  json_depth_max: 64,
  json_keys_max: 100_000,
  json_array_items_max: 100_000,
  /** One JSON Schema of a route. Larger ones take a worker noticeable time to compile. */
  schema_bytes_max: 256 * 1024,
  /** One OpenAPI document with everything that it refers to. The largest public ones (payments, code hosting) are near 8 MiB. */
  openapi_bytes_max: 8 * 1024 * 1024,
  /** Files that one OpenAPI document may be spread over. */
  openapi_files_max: 200,
  /** Operations of one OpenAPI document. */
  openapi_operations_max: 2_000,
  /** Longest pattern, template or expression in settings, in characters. */
  expression_characters_max: 16 * 1024,
  /** Time, nesting and list length that one evaluation of an expression may take. A worker does nothing else meanwhile. */
  expression_ms: 50,
  expression_depth_max: 200,
  expression_items_max: 100_000,
  /** Longest header value that a template may make. */
  template_value_characters_max: 8 * 1024,
  /** Steps of one composition, and bytes that the answers of all its steps may have together. */
  compose_steps_max: 16,
  compose_bytes_max: 4 * 1024 * 1024,
  /** Of a call's notes in its record: a few observations. */
  notes_characters_max: 600,
  /** Kept answers of all routes and gateway workers of one process together, whatever routes may have. */
  cache_bytes_max: 512 * 1024 * 1024,
  /** Tags of one kept answer. Surrogate keys of a page with a hundred products are about as many. */
  cache_tags_max: 128,
  /** Calls that wait for one answer that another call is fetching; those beyond ask for themselves. */
  cache_waiters_max: 1_000,
  /** After an answer turned out not to be for keeping, calls for it do not wait for each other this long. */
  cache_not_kept_ms: 10_000,
  /** Addresses of one route that are remembered for that. About 200 bytes each. */
  cache_not_kept_max: 10_000,
  /** Releases of routes and models that one gateway worker counts apart for /metrics; about 40 series each. */
  figures_series_max: 2_000,
  /** Longest canonical path that is matched and recorded. */
  path_characters_max: 4096,
  /** Largest answer of an identity provider: keys, discovery, introspection. Real ones are below 64 KiB. */
  identity_answer_bytes_max: 256 * 1024,
  /** An identity provider must have answered in this time, because a call waits for it. */
  identity_answer_ms: 5_000,
  /** Tokens, and results of password checks, that one worker remembers for one identity; about 1 KiB each. */
  identity_remembered_max: 4096,
  /** Between two looks at an issuer's keys because a token names an unknown one: strangers can make up names. */
  identity_keys_cooldown_ms: 30_000,
  /** Keys older than this are fetched anew beside the calls, so that a revoked one goes. */
  identity_keys_fresh_ms: 10 * 60_000,
  /** How long keys are still used while their issuer is away: a weekend would be too long, a night is not. */
  identity_keys_stale_ms: 12 * 60 * 60_000,
  /** Passwords that one worker checks at once, and those that may wait: a slow hash takes about 50 ms of a core. */
  password_checks_max: 2,
  password_checks_waiting_max: 64,
  /** How long the result of a slow password check is remembered. */
  password_remembered_ms: 5 * 60_000,
  /** Gateways like this one that one request may have come through: chains are three long at most, a loop has no end. */
  gateway_hops_max: 5,
  /** Proxies that one request may have come through. */
  proxy_hops_max: 20,
  /** Part of a claim that becomes a header; longer ones are left out, because a part would say something else. */
  claim_header_characters_max: 2048,
} as const;
