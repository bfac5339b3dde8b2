// Every limit of the product in one value, each with its unit in the name and its reason beside it. Those of the gateway's own work on
// calls stand in gateway-limits.ts.

import { GATEWAY_LIMITS } from "./gateway-limits.ts";

export const LIMITS = {
  ...GATEWAY_LIMITS,
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
  /** Records waiting in a worker's memory for the next spool write; past it records are dropped and counted. A disk may stall for 5 s. */
  spool_pending_records_max: 200_000,
  /** The same in bytes of their frames: captured payloads make records large. */
  spool_pending_bytes_max: 64 * 1024 * 1024,
  /** One frame of the spool, which is written and read whole. A record with both payloads captured stays under 1 MiB. */
  spool_frame_bytes_max: 4 * 1024 * 1024,
  /** Records that the telemetry store takes in one transaction: about 50 ms of work, between which questions are answered. */
  telemetry_batch_records_max: 2_000,
  /** How long the telemetry store may take for one answer. */
  telemetry_answer_ms: 10_000,
  /** Spans that wait for the operator's collector, in bytes of JSON; about 30,000. Past it new ones are dropped and counted. */
  otlp_queue_bytes_max: 32 * 1024 * 1024,
  /** Spans of one request to it, as the SDKs of OpenTelemetry have it, and how long they wait for others to be sent with. */
  otlp_batch_spans_max: 512,
  otlp_batch_ms: 1_000,
  /** Longest text of one attribute. With it the largest request is about 3 MiB; a collector takes 20. */
  otlp_attribute_characters_max: 2_048,
  /** A collector must have answered in this time, its connection included; the default of OpenTelemetry. */
  otlp_answer_ms: 10_000,
  /** Older calls are not exported: a store of calls that is built again from the spool must not send the last days once more. */
  otlp_age_ms_max: 60 * 60_000,
  /** How long the end of the process waits for spans to be taken. */
  otlp_close_ms: 2_000,
  /** Memory and threads that the embedded telemetry store may use: it must not starve the gateway on the same machine. */
  telemetry_memory_bytes_max: 512 * 1024 * 1024,
  telemetry_threads_max: 2,
  /** Rate-limit buckets alive at once over all workers (24 bytes each). Past it, new buckets share a full slot's fate: refused. */
  shared_buckets_max: 262_144,
  /** Quotas alive at once over all workers (20 bytes each). Past it, whoever has taken least of one is forgotten. */
  shared_quotas_max: 65_536,
  /** Shortest and longest window of a quota that slides. Below the first a rate does; nothing longer than a month is kept in slices. */
  sliding_quota_ms_min: 60_000,
  sliding_quota_ms_max: 31 * 86_400_000,
  /** Quotas that slide alive at once over all workers (228 bytes each). Past it, whoever has taken least of one is forgotten. */
  shared_sliding_quotas_max: 32_768,
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
  /** What calls clear is told to the other nodes together: in one message after so long, or as soon as one is full. */
  cache_clearings_ms: 50,
  /** The addresses of one such message, about 600, and the messages that are kept: 64 MiB in Redis at the most. */
  cache_clearings_bytes_max: 64 * 1024,
  cache_clearings_kept: 1_000,
  /** Addresses that wait while Redis does not answer; past it the others clear everything that the workspace keeps. */
  cache_clearings_waiting_bytes_max: 1024 * 1024,
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
  /** Callers of one route or model that are shown, those with the most calls. Who has to write to more of them exports the calls. */
  callers_shown_max: 200,
  /** Conditions on headers and query of one route: each is looked at for every call that reaches its path. */
  route_conditions_max: 32,
  /** Open live streams of one console. Each tab holds one. */
  live_streams_max: 1000,
  /** Gateway worker threads. More than cores only adds switching; no machine we know has more cores worth a worker each. */
  gateway_workers_max: 64,
  /** Time that a gateway worker has to say what it knows of its upstreams; without an answer it is left out. */
  upstreams_answer_ms: 500,
  /** A gateway worker that was given a plan, and says nothing at all for so long, is stuck and is replaced. It says something every second. */
  worker_silence_ms: 5_000,
  /** Longest pause before a crashed worker or child is started again. */
  restart_pause_ms_max: 10_000,
  /** Time that running calls have to end when the process is told to stop. */
  drain_ms: 10_000,
  /** Time that a process has to give up its data to the one that takes over: longer than a mail that is being sent may take. */
  hand_over_ms: 45_000,
  /** Signals this close to the first are the same wish: a supervisor tells the whole group, and npm and its runner tell it again. */
  one_stop_ms: 1_000,
} as const;
