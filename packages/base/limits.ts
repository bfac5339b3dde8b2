// Every limit of the product in one place, each with its unit in the name and its reason beside it.

export const LIMITS = {
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
  /** Calls running at once in one worker; past it a call is refused at once. Each holds about 20 KiB and two sockets. */
  worker_calls_max: 10_000,
  /** How often a worker looks how late its event loop is: late enough to cost nothing, often enough to admit calls in small portions. */
  overload_look_ms: 10,
  /** After so long what was seen is judged: longer than any single pause, short beside the patience of a caller. */
  overload_window_ms: 100,
  /** A refusal waits so long: whoever asks again at once asks 30 times a second at most. It must stay well below 50 ms. */
  overload_refuse_after_ms: 25,
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
  /** Largest answer head an upstream may send. Node itself allows 16 KiB. */
  upstream_head_bytes_max: 64 * 1024,
  /** Body bytes that are read and thrown away after a refusal, so that the client reads the answer before the connection ends. */
  discard_bytes_max: 1024 * 1024,
  /** Silence in a request body that is read before its route is known (model calls). Routes have timeouts of their own. */
  request_idle_ms: 30_000,
  /** Such a body must have come in whole in this time. 20 MiB over 2 Mbit/s take 84 s. */
  buffered_body_ms: 120_000,
  /** How exactly gateway deadlines are kept: one look over all running calls in this time, instead of a timer for each. */
  deadline_step_ms: 50,
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
  /** Proxies that one request may have come through. */
  proxy_hops_max: 20,
  /** Part of a claim that becomes a header; longer ones are left out, because a part would say something else. */
  claim_header_characters_max: 2048,
  /** Largest settings document. A thousand routes with their policies are about 1 MiB. */
  settings_bytes_max: 4 * 1024 * 1024,
  /** Values in one settings document, aliases counted as often as they are used. A thousand routes have about 50,000. */
  settings_values_max: 500_000,
  /** Deepest nesting of one settings document. The schema knows seven levels. */
  settings_depth_max: 50,
  /** Largest file that a `${file:…}` reference may name: certificates with their chain are below it. */
  secret_file_bytes_max: 64 * 1024,
  /** Most problems reported for one settings document: beyond that, more lines do not help. */
  settings_problems_max: 100,
  /** One server-sent event of a model's stream that is read for usage; longer ones pass unread. Usage events are under 1 KiB. */
  event_frame_bytes_max: 1024 * 1024,
  /** Request bodies that one route holds in one worker until they can be copied to its shadow; past it copies are dropped. */
  shadow_held_bytes_max: 8 * 1024 * 1024,
  /** Captured part of one body. Longer bodies are cut and marked. */
  capture_body_bytes_max: 64 * 1024,
  /** Largest control API or feedback request body. */
  api_body_bytes_max: 1024 * 1024,
  /** Longest feedback message, in characters. */
  feedback_message_characters_max: 10_000,
  /** Call references that one feedback may carry. A page rarely makes more than 20 calls between two thoughts. */
  feedback_references_max: 20,
  /** Feedback posts of one client address in one minute. */
  feedback_per_address_per_minute: 30,
  /** Looks of one client address at reports in one minute. An open widget looks 20 times, and a household has several. */
  feedback_reads_per_address_per_minute: 240,
  /** Client addresses that are counted at once (about 100 bytes each). */
  feedback_addresses_max: 10_000,
  /** Largest page of a list. */
  page_items_max: 200,
  page_items_default: 50,
  /** Spool files together; past it the oldest shipped, then the oldest unshipped are dropped and counted. */
  spool_bytes_max: 2 * 1024 * 1024 * 1024,
  /** One spool segment; a new one is begun past this size. */
  spool_segment_bytes_max: 16 * 1024 * 1024,
  /** Records waiting in a worker's memory for the next spool write; past it records are dropped and counted. */
  spool_pending_records_max: 50_000,
  /** The same in bytes of JSON: captured payloads make records large. */
  spool_pending_bytes_max: 64 * 1024 * 1024,
  /** One frame of the spool, which is written and read whole. A record with both payloads captured stays under 1 MiB. */
  spool_frame_bytes_max: 4 * 1024 * 1024,
  /** Records that the telemetry store takes in one transaction: about 50 ms of work, between which questions are answered. */
  telemetry_batch_records_max: 2_000,
  /** How long the telemetry store may take for one answer. */
  telemetry_answer_ms: 10_000,
  /** Memory and threads that the embedded telemetry store may use: it must not starve the gateway on the same machine. */
  telemetry_memory_bytes_max: 512 * 1024 * 1024,
  telemetry_threads_max: 2,
  /** Rate-limit buckets alive at once over all workers (20 bytes each). Past it, new buckets share a full slot's fate: refused. */
  shared_buckets_max: 262_144,
  /** Quotas alive at once over all workers (20 bytes each). Past it, whoever has taken least of one is forgotten. */
  shared_quotas_max: 65_536,
  /** How often quotas are written to disk when they moved: what a killed process forgets of them at most. */
  quota_spill_ms: 1_000,
  /** Keys of concurrency limits in use at once over all workers (12 bytes and 8 for each worker). Past it, new ones are refused. */
  shared_places_max: 16_384,
  /** Keys of bandwidth limits in use at once over all workers (20 bytes each). Past it, new ones are not slowed. */
  shared_paces_max: 16_384,
  /** A call whose caller has run so far ahead of a bandwidth limit is refused; below that it waits. */
  bandwidth_wait_ms: 10_000,
  /** A value of a header that limits are counted by, in characters; longer ones are counted by their hash. */
  limit_owner_characters_max: 128,
  /** How long a call waits for shared limits. A limiter that answers later delays calls more than it protects anybody. */
  shared_limits_answer_ms: 250,
  /** How often shared limits that did not answer are asked again; until then each node counts by itself and no call waits. */
  shared_limits_probe_ms: 1_000,
  /** Shared limits take a node for dead when it was silent for so long; its places are free then. It says a word four times in it. */
  shared_limits_node_ms: 8_000,
  /** How long whoever clears a cache waits for the other nodes; those that say nothing by then are named. */
  cache_purge_answer_ms: 2_000,
  /** Purges that are kept for nodes that are cut off; one that missed more clears everything. A purge is a few hundred bytes. */
  cache_purges_kept: 10_000,
  /** After a person set the split of a subject, no automatic action touches it for 30 minutes: a person always wins. */
  person_hold_ms: 30 * 60_000,
  /** An action that has no plan after this time was left by a process that died, and is finished by another. A deployment takes 1 s. */
  action_finish_ms: 10_000,
  /** One finding per release in this time: a release that goes on failing is one event, not one per look. */
  finding_quiet_ms: 10 * 60_000,
  /** How long a feedback waits for records of its calls. They normally arrive within seconds; later they are lost. */
  link_patience_ms: 2 * 60_000,
  /** Between a change of status and the mail about it, so that a slip of the hand can be taken back unheard. */
  tell_delay_ms: 5_000,
  /** At most one "we have it" mail to one address in this time: nobody proved that the address is theirs. */
  receipt_mail_every_ms: 10 * 60_000,
  /** How far back severity 1 issues are read for the exit criteria of a launch. */
  critical_lookback_ms: 90 * 86_400_000,
  /** How long SQLite waits for its file when something else, such as a backup, holds it. */
  sqlite_busy_ms: 5_000,
  /** Connections of one process to PostgreSQL. Transactions are short, and its server allows about 100 in all by default. */
  postgres_connections_max: 10,
  /** How long a request waits for a connection to PostgreSQL before it fails. */
  postgres_connect_ms: 5_000,
  /** After this time PostgreSQL ends a transaction in which nothing happens, so that its locks do not stay. */
  postgres_idle_in_transaction_ms: 30_000,
  /** How often one transaction is tried when PostgreSQL finds that it cannot run beside another. */
  transaction_attempts_max: 5,
  /** How long a done job is remembered by its `dedupe`, so that the same wish does not come twice; and one that was given up. */
  job_memory_ms: 30 * 86_400_000,
  /** Attempts of one job before it is given up and shown. */
  job_attempts_max: 12,
  /** Session of a person in the console, in milliseconds: 30 days. */
  session_ms: 30 * 86_400_000,
  /** Setup link, in milliseconds: 24 hours. A restart prints a new one. */
  setup_link_ms: 86_400_000,
  /** One-time link for the password of a person who was added: 3 days, a weekend between. */
  password_link_ms: 3 * 86_400_000,
  /** Shortest admin token that is accepted: 24 characters of a random text are at least 96 bits. */
  admin_token_characters_min: 24,
  /** The last use of an API token is written down at most once in this time. */
  token_touch_ms: 60_000,
  /** People, and API tokens that are not revoked, of one workspace. Their lists are not paged. */
  people_per_workspace_max: 2_000,
  tokens_per_workspace_max: 500,
  /** Sign-in attempts for one e-mail address from one client address in the window. A person who mistypes needs about 5. */
  sign_in_attempts_per_account: 10,
  /** Sign-in attempts from one client address in the window, whatever the e-mail. An office shares one address. */
  sign_in_attempts_per_address: 100,
  sign_in_window_ms: 10 * 60_000,
  /** Counters of sign-in attempts alive at once; past it the oldest are forgotten. About 2 MiB. */
  sign_in_counters_max: 10_000,
  /** Callers of one route that are shown, those with the most calls. Who has to write to more of them exports the calls. */
  callers_shown_max: 200,
  /** Conditions on headers and query of one route: each is looked at for every call that reaches its path. */
  route_conditions_max: 32,
  /** Open live streams of one console. Each tab holds one. */
  live_streams_max: 1000,
  /** Gateway worker threads. More than cores only adds switching; no machine we know has more cores worth a worker each. */
  gateway_workers_max: 64,
  /** Time that a gateway worker has to say what it knows of its upstreams; without an answer it is left out. */
  upstreams_answer_ms: 500,
  /** Time that a gateway worker has to run a new plan; one that takes longer is replaced. */
  plan_swap_ms: 1_000,
  /** Longest pause before a crashed worker or child is started again. */
  restart_pause_ms_max: 10_000,
  /** Time that running calls have to end when the process is told to stop. */
  drain_ms: 10_000,
  /** Signals this close to the first are the same wish: a supervisor tells the whole group, and npm and its runner tell it again. */
  one_stop_ms: 1_000,
} as const;
